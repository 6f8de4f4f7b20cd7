package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bugs that other runtimes had with selectors, accepting and channels. */
@Timeout(20)
final class MuseumChannelsTest {
    // asyncio gh-153761
    @Test
    void museum81_acceptCancelledAsTheClientComes_nextAcceptGetsIt() throws IOException {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            try (var listener = Loopback.listener(true)) {
                for (int ticks = 0; ticks < 4; ticks++) {
                    Task<SocketChannel> first = createTask(() -> loop.sockAccept(listener));
                    yieldNow();
                    try (var client = SocketChannel.open(listener.getLocalAddress())) {
                        for (int i = 0; i < ticks; i++) {
                            yieldNow();
                        }
                        first.cancel();
                        try {
                            first.await().close(); // it was quicker
                        } catch (CancelledError e) {
                            try (var accepted = loop.sockAccept(listener)) {
                                assertEquals(client.getLocalAddress(), accepted.getRemoteAddress());
                            }
                        }
                    }
                }
            }
        });
    }

    // asyncio bpo-30064, bpo-28176, bpo-32015
    @Test
    void museum82_newChannelWithTheOldDescriptor_isNotTakenForTheOldOne() throws IOException {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            for (int round = 0; round < 20; round++) {
                var old = Loopback.open();
                Task<byte[]> oldReader = createTask(() -> loop.sockRecv(old.near, 10));
                yieldNow();
                if (round % 2 == 0) {
                    oldReader.cancel();
                    yieldNow();
                }
                old.close();
                try (var fresh = Loopback.open()) { // likely with the same descriptors
                    fresh.far.write(ByteBuffer.wrap(new byte[] {7}));
                    assertArrayEquals(new byte[] {7}, loop.sockRecv(fresh.near, 10));
                }
                if (round % 2 == 0) {
                    assertThrows(CancelledError.class, oldReader::await);
                } else {
                    assertThrows(IOException.class, oldReader::await);
                }
            }
        });
    }

    // Netty #327, #565, #663, #7790
    @Test
    void museum87_selectorThatReturnsForNothing_isReplacedAndTheConnectionsGoOn() throws Exception {
        var odd = new OddSelectors((selector, number) -> selector == 1);
        try (var log = new LogCapture();
                var loop = EventLoop.builder().selectorProvider(odd).build();
                var connection = Loopback.open()) {
            loop.runUntilComplete(() -> {
                Task<byte[]> reader = createTask(() -> loop.sockRecv(connection.near, 10));
                sleep(millis(50));
                connection.far.write(ByteBuffer.wrap(new byte[] {7}));
                assertArrayEquals(new byte[] {7}, reader.await());
                sleep(millis(20));
            });
            assertEquals(2, odd.opened());
            assertTrue(odd.selects() < 600, odd.selects() + " selects");
            assertTrue(log.contains("is replaced"), log::toString);
        }
    }

    // Netty #327, #565, #663, #7790
    @Test
    void museum87_everySelectorReturnsForNothing_doesNotSpinAndTimersGoOn() throws Exception {
        var odd = new OddSelectors((selector, number) -> true);
        try (var _ = new LogCapture();
                var loop = EventLoop.builder().selectorProvider(odd).build();
                var connection = Loopback.open()) {
            loop.runUntilComplete(() -> {
                Task<byte[]> reader = createTask(() -> loop.sockRecv(connection.near, 10));
                sleep(millis(300));
                assertFalse(reader.done());
                reader.cancel();
            });
            assertTrue(odd.opened() <= 3, odd.opened() + " selectors");
            assertTrue(odd.selects() < 512 + 400, odd.selects() + " selects");
        }
    }

    // N12
    @Test
    void selector_thatFailsOnce_isReplaced() throws Exception {
        for (var failure : List.of(new IOException("expected"), new ClosedSelectorException())) {
            var odd = new OddSelectors((selector, number) -> {
                if (number == 2) {
                    throw Throwables.rethrow(failure);
                }
                return false;
            });
            try (var log = new LogCapture();
                    var loop = EventLoop.builder().selectorProvider(odd).build();
                    var connection = Loopback.open()) {
                loop.runUntilComplete(() -> {
                    Task<byte[]> reader = createTask(() -> loop.sockRecv(connection.near, 10));
                    sleep(millis(5));
                    sleep(millis(5));
                    connection.far.write(ByteBuffer.wrap(new byte[] {7}));
                    assertArrayEquals(new byte[] {7}, reader.await());
                });
                assertEquals(2, odd.opened());
                assertTrue(log.contains("the selector failed, and is replaced"), log::toString);
            }
        }
    }

    // N12
    @Test
    void selector_thatFailsAlways_endsTheRunWithThat() throws Exception {
        var odd = new OddSelectors((selector, number) -> {
            throw new IOException("expected");
        });
        try (var _ = new LogCapture();
                var loop = EventLoop.builder().selectorProvider(odd).build();
                var connection = Loopback.open()) {
            Task<?> main = loop.createTask(() -> loop.sockRecv(connection.near, 10));
            var e = assertThrows(IllegalStateException.class, () -> loop.runUntilComplete(main));
            assertTrue(e.getMessage().contains("expected"), e::getMessage);
        }
    }

    // JDK-8369227, JDK-8373120, JDK-8346175, JDK-8321270
    @Test
    void museum123_timedWaitAndThenAnUntimedOneWithWakeUpsNearTheDeadline_losesNone() throws InterruptedException {
        try (var loop = EventLoop.create()) {
            loop.runUntilComplete(() -> {
                var queue = new Queue<Integer>();
                Future<Integer> never = loop.createFuture();
                var posters = new ArrayList<Thread>();
                for (int limit = 1; limit <= 10; limit++) {
                    for (int round = 0; round < 10; round++) {
                        int delay = limit;
                        posters.add(Thread.ofVirtual().start(() -> {
                            try {
                                Thread.sleep(delay);
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                            loop.callSoonThreadsafe(() -> queue.putNowait(delay));
                        }));
                        assertThrows(
                                TimeoutException.class,
                                () -> Asyncio.waitFor(
                                        () -> Asyncio.shield(never).await(), millis(delay)));
                        assertEquals(delay, queue.get());
                    }
                }
                for (Thread poster : posters) {
                    Asyncio.toThread(() -> poster.join());
                }
            });
        }
    }

    // openjdk/loom #59; Netty-VirtualThread-Scheduler #49, #50
    @Test
    void museum124_eightThreadsWakeTasksThatAreAboutToPark_noWakeUpIsLost() {
        try (var loop = EventLoop.create()) {
            loop.runUntilComplete(() -> {
                var tasks = new ArrayList<Task<?>>();
                for (int i = 0; i < 8; i++) {
                    var gate = new AtomicReference<Future<Integer>>();
                    int[] left = {500};
                    Thread waker = Thread.ofVirtual().unstarted(() -> {
                        while (!loop.isClosed() && left[0] > 0) {
                            Future<Integer> future = gate.getAndSet(null);
                            if (future != null) {
                                loop.callSoonThreadsafe(() -> future.setResult(1));
                            } else {
                                Thread.yield();
                            }
                        }
                    });
                    tasks.add(createTask(() -> {
                        while (left[0] > 0) {
                            Future<Integer> future = loop.createFuture();
                            gate.set(future);
                            future.await();
                            left[0]--;
                        }
                    }));
                    waker.start();
                }
                for (Task<?> task : tasks) {
                    task.await();
                }
            });
        }
    }
}
