package dev.weft.testing;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.taskGroup;
import static dev.weft.testing.SimSockets.connect;
import static dev.weft.testing.SimSockets.listen;
import static dev.weft.testing.SimSockets.receive;
import static dev.weft.testing.SimSockets.receiveToTheEnd;
import static dev.weft.testing.SimSockets.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.DeadlockException;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** {@link SimNet} outside of {@code @WeftTest}: what a seed decides, what is real, and what ends a run. */
final class SimNetSeedTest {
    /** A program in which much goes wrong, and what its clients got. */
    @Suspends
    private static void chatter(List<String> trail) throws IOException {
        SimNet net = SimNet.current();
        EventLoop loop = Asyncio.getRunningLoop();
        SimHost server = net.host("server");
        net.everyLink().latency(millis(1), millis(50)).loss(0.1);
        try (ServerSocketChannel listening = listen(server, 80)) {
            Task<?> serving = server.createTask(() -> {
                while (true) {
                    SocketChannel accepted = loop.sockAccept(listening);
                    createTask(() -> {
                        try (accepted) {
                            for (String text = receive(accepted); !text.isEmpty(); text = receive(accepted)) {
                                send(accepted, text);
                            }
                        }
                    });
                }
            });
            taskGroup(group -> {
                for (int i = 0; i < 5; i++) {
                    SimHost client = net.host("client" + i);
                    group.createTask(() -> {
                        try (SocketChannel channel = connect(client, server.at(80))) {
                            send(channel, "from " + client.name());
                            channel.shutdownOutput();
                            trail.add(receiveToTheEnd(channel) + " at " + loop.time());
                        }
                    });
                }
            });
            serving.cancel();
        }
    }

    @Test
    void seed_decidesEverything() {
        var hashes = new HashSet<Long>();
        var trails = new HashSet<List<String>>();
        for (long seed = 0; seed < 30; seed++) {
            var first = new ArrayList<String>();
            var second = new ArrayList<String>();
            long hash = ScheduleExplorer.run(seed, () -> chatter(first)).traceHash();
            assertEquals(hash, ScheduleExplorer.run(seed, () -> chatter(second)).traceHash());
            assertEquals(first, second);
            assertEquals(5, first.size());
            hashes.add(hash);
            trails.add(first);
        }
        assertEquals(30, hashes.size());
        assertEquals(30, trails.size());
    }

    /** {@link EventLoop.Mode#AUTO} is confined where it can be. */
    @Test
    void traceHash_isTheSameInBothModes() throws Exception {
        assertEquals(traceHash(EventLoop.Mode.PORTABLE), traceHash(EventLoop.Mode.AUTO));
    }

    private static long traceHash(EventLoop.Mode mode) throws IOException {
        var schedule = new Schedule(8, new RandomStrategy(8), /* yields= */ true, /* cancellations= */ false);
        try (var loop = new TestLoop(EventLoop.builder().mode(mode))) {
            schedule.steer(loop);
            loop.<IOException>run(() -> chatter(new ArrayList<>()));
        }
        return schedule.hash();
    }

    @Suspends
    private static void expectQuickAnswers() throws IOException {
        var trail = new ArrayList<String>();
        chatter(trail);
        assertTrue(Asyncio.getRunningLoop().time() < millis(300).toNanos(), trail::toString);
    }

    @Test
    void failure_tellsWhatTheNetworkDid_andIsRunAgainByItsSeed() {
        ScheduleFailure e = assertThrows(
                ScheduleFailure.class,
                () -> ScheduleExplorer.of(SimNetSeedTest::expectQuickAnswers).explore(200));
        assertTrue(e.getMessage().contains("loses a "), e.getMessage());
        ScheduleFailure again =
                assertThrows(ScheduleFailure.class, () -> ScheduleExplorer.run(e.seed(), () -> expectQuickAnswers()));
        assertEquals(e.traceHash(), again.traceHash());
    }

    @Test
    void everybodyWaitsForBytes_isADeadlockThatNamesTheWaits() {
        DeadlockException e = assertThrows(
                DeadlockException.class,
                () -> new TestLoop().run(() -> {
                    SimHost server = SimNet.current().host("server");
                    SimHost client = SimNet.current().host("client");
                    try (ServerSocketChannel listening = listen(server, 80);
                            SocketChannel near = connect(client, server.at(80));
                            SocketChannel far = Asyncio.getRunningLoop().sockAccept(listening)) {
                        Task<?> reading = createTask(() -> receive(near));
                        receive(far);
                        reading.cancel();
                    }
                }));
        assertTrue(e.getMessage().contains("2 tasks wait"), e.getMessage());
        assertTrue(e.getMessage().contains("input from SimSocket[client/"), e.getMessage());
        assertTrue(e.getMessage().contains("input from SimSocket[server/"), e.getMessage());
    }

    @Test
    void crash_peerThatOnlyReads_waitsForEver() {
        assertThrows(
                DeadlockException.class,
                () -> new TestLoop().run(() -> {
                    SimHost server = SimNet.current().host("server");
                    SimHost client = SimNet.current().host("client");
                    try (ServerSocketChannel listening = listen(server, 80);
                            SocketChannel near = connect(client, server.at(80));
                            SocketChannel _ = Asyncio.getRunningLoop().sockAccept(listening)) {
                        server.crash();
                        receive(near);
                    }
                }));
    }

    @Test
    void of_loopOnRealTime_isRefused() {
        try (EventLoop real = EventLoop.create()) {
            assertThrows(IllegalArgumentException.class, () -> SimNet.of(real));
        }
    }

    @Test
    void of_loopThatKnowsRealChannels_isRefused() throws Exception {
        try (var own = new TestLoop();
                ServerSocketChannel real = ServerSocketChannel.open()) {
            real.configureBlocking(false);
            own.addReader(real, () -> {});
            assertThrows(IllegalStateException.class, () -> SimNet.of(own));
            own.removeReader(real);
        }
    }

    // ---- that nothing is real

    @Test
    @EnabledOnOs(OS.LINUX)
    void network_opensNoSocketAndNoSelector() throws Exception {
        var during = new ArrayList<Long>();
        long before = descriptors();
        ScheduleExplorer.run(3, () -> {
            chatter(new ArrayList<>());
            during.add(descriptors());
        });
        assertEquals(List.of(before), during);
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(descriptor -> {
                        try {
                            String target = Files.readSymbolicLink(descriptor).toString();
                            return target.startsWith("socket:") || target.contains("eventpoll");
                        } catch (IOException gone) {
                            return false;
                        }
                    })
                    .count();
        }
    }
}
