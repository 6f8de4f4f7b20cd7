package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Look-ups of names with a resolver that answers when the test wants it to. */
final class LookupsTest {
    /** Answers 127.0.0.1 for each name, once the name is released; fails for those that begin with "bad". */
    private static final class SlowHosts implements Resolver.HostTable {
        final Map<String, CountDownLatch> released = new ConcurrentHashMap<>();
        final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
        final AtomicInteger running = new AtomicInteger();
        final AtomicInteger mostRunning = new AtomicInteger();
        final java.util.Set<Thread> threads = ConcurrentHashMap.newKeySet();

        @Override
        public InetAddress[] addresses(String host) throws IOException {
            threads.add(Thread.currentThread());
            asked.computeIfAbsent(host, h -> new AtomicInteger()).incrementAndGet();
            mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
            try {
                latch(host).await();
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            } finally {
                running.decrementAndGet();
            }
            if (host.startsWith("bad")) {
                throw new UnknownHostException("Name or service not known");
            }
            return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
        }

        CountDownLatch latch(String host) {
            return released.computeIfAbsent(host, h -> new CountDownLatch(1));
        }

        void release(String host) {
            latch(host).countDown();
        }

        int asked(String host) {
            AtomicInteger count = asked.get(host);
            return count == null ? 0 : count.get();
        }
    }

    private final SlowHosts hosts = new SlowHosts();

    @FunctionalInterface
    private interface Program {
        @Suspends
        void run(EventLoop loop, Lookups lookups, Resolver resolver) throws Exception;
    }

    private void withResolver(Program program) throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            var lookups = new Lookups(loop);
            try {
                program.run(loop, lookups, new Resolver(lookups, hosts));
            } finally {
                hosts.released.values().forEach(CountDownLatch::countDown);
                lookups.close();
            }
        });
    }

    private static Task<List<InetSocketAddress>> ask(EventLoop loop, Resolver resolver, String host, int port) {
        return loop.createTask(() -> resolver.addresses(host, port, AddressFamily.UNSPEC));
    }

    @Suspends
    private void untilRunning(int count) {
        while (hosts.running.get() < count) {
            Asyncio.yieldNow();
        }
    }

    @Test
    void addresses_sameNameAtTheSameTime_shareOneLookup() throws Exception {
        withResolver((loop, lookups, resolver) -> {
            var tasks = new ArrayList<Task<List<InetSocketAddress>>>();
            for (int port = 1; port <= 20; port++) {
                tasks.add(ask(loop, resolver, port % 2 == 0 ? "host.example" : "HOST.example", port));
            }
            while (hosts.running.get() < 1) {
                Asyncio.yieldNow();
            }
            hosts.release("host.example");
            hosts.release("HOST.example");
            for (int port = 1; port <= 20; port++) {
                assertEquals(
                        List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port)),
                        tasks.get(port - 1).await());
            }
            assertEquals(1, hosts.asked("host.example") + hosts.asked("HOST.example"));
            assertEquals(1, ask(loop, resolver, "host.example", 1).await().size());
            assertEquals(2, hosts.asked("host.example") + hosts.asked("HOST.example"), "answers are not remembered");
        });
    }

    @Test
    void addresses_oneAskerCancelled_leavesTheOthersAlone() throws Exception {
        withResolver((loop, lookups, resolver) -> {
            var first = ask(loop, resolver, "host", 1);
            var second = ask(loop, resolver, "host", 2);
            untilRunning(1);
            first.cancel();
            assertThrows(CancelledError.class, first::await);
            assertFalse(second.done());
            hosts.release("host");
            assertEquals(2, second.await().getFirst().getPort());
            assertEquals(1, hosts.asked("host"));
        });
    }

    @Test
    void addresses_unknownName_failsForEachWithAnExceptionOfItsOwn() throws Exception {
        withResolver((loop, lookups, resolver) -> {
            var first = ask(loop, resolver, "bad.example", 1);
            var second = ask(loop, resolver, "bad.example", 2);
            untilRunning(1);
            hosts.release("bad.example");
            var one = assertThrows(UnknownHostException.class, () -> first.await(IOException.class));
            var other = assertThrows(UnknownHostException.class, () -> second.await(IOException.class));
            assertEquals("bad.example: Name or service not known", one.getMessage());
            assertEquals(one.getMessage(), other.getMessage());
            assertNotSame(one, other);
        });
    }

    @Test
    void addresses_manyNames_runSoManyAtOnceAndTheRestWaits() throws Exception {
        withResolver((loop, lookups, resolver) -> {
            lookups.limit(3, 5);
            var tasks = new ArrayList<Task<List<InetSocketAddress>>>();
            for (int i = 0; i < 8; i++) {
                tasks.add(ask(loop, resolver, "host" + i, 1));
            }
            untilRunning(3);
            var refused =
                    assertThrows(IOException.class, () -> resolver.addresses("one-too-many", 1, AddressFamily.UNSPEC));
            assertTrue(
                    refused.getMessage().contains("one-too-many")
                            && refused.getMessage().contains("8"),
                    refused.getMessage());
            assertEquals(3, hosts.mostRunning.get());
            var joined = ask(loop, resolver, "host7", 2);
            Asyncio.yieldNow();
            assertFalse(joined.done());
            for (int i = 0; i < 8; i++) {
                hosts.release("host" + i);
            }
            for (var task : tasks) {
                assertEquals(1, task.await().size());
            }
            assertEquals(1, joined.await().size());
            assertEquals(3, hosts.mostRunning.get());
            assertEquals(3, hosts.threads.size());
        });
    }

    @Test
    void addresses_allAskersCancelledWhileWaiting_isDropped() throws Exception {
        withResolver((loop, lookups, resolver) -> {
            lookups.limit(1, 1);
            var running = ask(loop, resolver, "slow", 1);
            untilRunning(1);
            for (int i = 0; i < 100; i++) {
                var waiting = ask(loop, resolver, "never" + i, 1);
                Asyncio.yieldNow();
                waiting.cancel();
                assertThrows(CancelledError.class, waiting::await);
            }
            hosts.release("slow");
            running.await();
            hosts.release("other");
            assertEquals(1, ask(loop, resolver, "other", 1).await().size());
            assertEquals(
                    List.of("other", "slow"),
                    hosts.asked.keySet().stream().sorted().toList());
        });
    }

    @Test
    void addresses_allAskersCancelledWhileRunning_isJoinedByTheNext() throws Exception {
        withResolver((loop, lookups, resolver) -> {
            for (int i = 0; i < 5; i++) {
                var hopeless = ask(loop, resolver, "hangs", 1);
                untilRunning(1);
                Asyncio.yieldNow();
                hopeless.cancel();
                assertThrows(CancelledError.class, hopeless::await);
            }
            assertEquals(1, hosts.asked("hangs"));
            var patient = ask(loop, resolver, "hangs", 1);
            Asyncio.yieldNow();
            hosts.release("hangs");
            assertEquals(1, patient.await().size());
            assertEquals(1, hosts.asked("hangs"));
        });
    }

    @Test
    void addresses_resolverHangs_loopGoesOnAndThreadsAreBounded() throws Exception {
        withResolver((loop, lookups, resolver) -> {
            var tasks = new ArrayList<Task<List<InetSocketAddress>>>();
            for (int i = 0; i < 50; i++) {
                tasks.add(ask(loop, resolver, "host" + i, 1));
            }
            untilRunning(Lookups.AT_ONCE);
            assertEquals(Lookups.AT_ONCE, hosts.threads.size());
            for (int i = 0; i < 100; i++) {
                assertEquals(
                        1,
                        resolver.addresses("127.0.0.1", i, AddressFamily.UNSPEC).size()); // no thread needed
                Asyncio.yieldNow();
            }
            for (var task : tasks) {
                task.cancel();
                assertThrows(CancelledError.class, task::await);
            }
        });
    }

    @Test
    void limit_nonsense_isRefused() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            var failure = assertThrows(IllegalArgumentException.class, () -> loop.setLookupLimits(0, 1));
            assertTrue(failure.getMessage().contains("got 0"), failure.getMessage());
            failure = assertThrows(IllegalArgumentException.class, () -> loop.setLookupLimits(1, -1));
            assertTrue(failure.getMessage().contains("got -1"), failure.getMessage());
            loop.setLookupLimits(1, 0);
            assertFalse(loop.getAddrInfo("localhost", 1).isEmpty());
            loop.setLookupLimits(20, 0);
            loop.setLookupLimits(2, 7);
            assertFalse(loop.getAddrInfo("localhost", 1).isEmpty());
        });
    }

    @Test
    void addresses_textThatIsNoName_isRefusedWithoutAskingAnybody() throws Exception {
        withResolver((loop, lookups, resolver) -> {
            for (String host : List.of(
                    "a".repeat(300), "host name", "host\n", "127.0.0.1\0.example", "\u00fc".repeat(64) + ".example")) {
                var failure = assertThrows(
                        IllegalArgumentException.class, () -> resolver.addresses(host, 1, AddressFamily.UNSPEC));
                String message = String.valueOf(failure.getMessage());
                assertTrue(message.contains("host") && message.length() < 300, message);
                assertTrue(message.chars().allMatch(c -> c >= ' '), message);
            }
            for (String host : List.of("1::2::3", "host:80", "fe80::1%no-such-interface")) {
                var unknown = assertThrows(
                        UnknownHostException.class, () -> resolver.addresses(host, 1, AddressFamily.UNSPEC));
                assertTrue(unknown.getMessage().contains(host), unknown.getMessage());
            }
            assertEquals(Map.of(), hosts.asked);
        });
    }

    @Test
    void addresses_nameThatIsNotAscii_isAskedForAsIdnaHasIt() throws Exception {
        withResolver((loop, lookups, resolver) -> {
            hosts.release("xn--bcher-kva.example");
            assertEquals(
                    1,
                    resolver.addresses("b\u00fccher.example", 1, AddressFamily.UNSPEC)
                            .size());
            assertEquals(1, hosts.asked("xn--bcher-kva.example"));
        });
    }
}
