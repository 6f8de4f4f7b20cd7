package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LoopMetricsTest {
    private final EventLoop loop = EventLoop.create();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void metrics_newLoop_areZero() {
        assertEquals(new LoopMetrics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), loop.metrics());
    }

    @Test
    void metrics_tasksTimersAndQueue_areCounted() {
        loop.runUntilComplete(() -> {
            LoopMetrics before = loop.metrics();
            assertEquals(1, before.tasks());
            Task<?> sleeper = createTask(() -> sleep(seconds(3600)));
            createTask(() -> {});
            loop.callSoon(() -> {});
            TimerHandle timer = loop.callLater(seconds(3600), () -> {});
            LoopMetrics now = loop.metrics();
            assertEquals(3, now.tasks());
            assertEquals(before.tasksCreated() + 2, now.tasksCreated());
            assertEquals(1, now.timers());
            assertEquals(before.ready() + 3, now.ready());
            yieldNow();
            now = loop.metrics();
            assertEquals(2, now.tasks());
            assertEquals(2, now.timers());
            assertEquals(before.iterations() + 1, now.iterations());
            timer.cancel();
            sleeper.cancel();
            yieldNow();
            yieldNow();
            assertEquals(0, loop.metrics().timers());
        });
    }

    @Test
    void asleepNanos_loopWithNothingToDo_grows() {
        loop.runUntilComplete(() -> {
            long before = loop.metrics().asleepNanos();
            sleep(millis(20));
            long asleep = loop.metrics().asleepNanos() - before;
            assertTrue(asleep >= millis(15).toNanos(), asleep + " ns");
        });
    }

    @Test
    void foreignWaits_jobsOfOtherThreads_areCounted() {
        loop.runUntilComplete(() -> {
            Future<Integer> job = loop.runInExecutor(null, () -> 1);
            assertEquals(1, loop.metrics().foreignWaits());
            job.await();
            yieldNow();
            assertEquals(0, loop.metrics().foreignWaits());
        });
    }

    @Test
    void bytes_socketCalls_areCounted() throws Exception {
        try (var listening = ServerSocketChannel.open()) {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (var client = SocketChannel.open(listening.getLocalAddress());
                    var server = listening.accept()) {
                client.configureBlocking(false);
                server.configureBlocking(false);
                loop.runUntilComplete(() -> {
                    loop.sockSendAll(client, ByteBuffer.wrap(new byte[1000]));
                    int left = 1000;
                    while (left > 0) {
                        left -= loop.sockRecv(server, 300).length;
                    }
                    assertEquals(1000, loop.metrics().bytesSent());
                    assertEquals(1000, loop.metrics().bytesReceived());
                });
            }
        }
    }

    @Test
    void resources_openedAndClosed_areCountedByKind() {
        loop.runUntilComplete(() -> {
            OpenResource one = loop.opened(OpenResource.Kind.CONNECTION, "one");
            OpenResource two = loop.opened(OpenResource.Kind.CONNECTION, "two");
            OpenResource server = loop.opened(OpenResource.Kind.SERVER, "server");
            one.received(5);
            two.sent(7);
            one.close();
            LoopMetrics now = loop.metrics();
            assertEquals(1, now.connections());
            assertEquals(1, now.servers());
            assertEquals(2, now.resources());
            assertEquals(2, now.connectionsOpened());
            assertEquals(5, now.bytesReceived());
            assertEquals(7, now.bytesSent());
            two.close();
            server.close();
            assertEquals(0, loop.metrics().resources());
        });
        loop.close();
        assertThrows(IllegalStateException.class, () -> loop.opened(OpenResource.Kind.SERVER, "late"));
    }

    @Test
    void lag_loopThatHasJustSlept_isShort() {
        loop.runUntilComplete(() -> {
            sleep(millis(5));
            assertTrue(loop.metrics().lagNanos() < seconds(5).toNanos(), loop.metrics()::toString);
        });
        assertEquals(0, loop.metrics().lagNanos());
    }
}
