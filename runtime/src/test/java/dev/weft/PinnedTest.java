package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Suspending where the stack cannot be put aside. */
@Timeout(120)
final class PinnedTest {
    private final EventLoop loop = EventLoop.create();
    private final List<String> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void await_inAClassInitialiser_failsClearlyWhereItCannotWork() {
        loop.runUntilComplete(() -> {
            Task<?> pinned = loop.createTask(() -> trail.add(Pinned.VALUE));
            if (loop.mode() == EventLoop.Mode.CONFINED) {
                var thrown = assertThrows(ExceptionInInitializerError.class, pinned::await);
                var cause = assertInstanceOf(IllegalStateException.class, thrown.getCause());
                assertTrue(cause.getMessage().contains("class initialiser"), cause.getMessage());
            } else {
                pinned.await();
                assertEquals(List.of("initialised"), trail);
            }
            Task<String> next = loop.createTask(() -> {
                Asyncio.yieldNow();
                return "the loop goes on";
            });
            assertEquals("the loop goes on", next.await());
        });
    }

    private static final class Pinned {
        static final String VALUE = compute();

        private static String compute() {
            Asyncio.sleep(Asyncio.millis(1));
            return "initialised";
        }
    }

    private static final class PinnedYield {
        static {
            Asyncio.yieldNow();
        }

        static void touch() {}
    }

    private static final class PinnedCancel {
        static {
            Asyncio.sleep(Asyncio.seconds(1000));
        }

        static void touch() {}
    }

    @Test
    void await_veryDeepInTheStackWithG1_explainsItselfAndTheLoopGoesOn() throws Exception {
        try (var child = ChildJvm.start(List.of("-XX:+UseG1GC", "-Xss64m"), Map.of(), Deep.class)) {
            ChildJvm.Ended ended = child.await();
            assertEquals(0, ended.exitCode(), ended.output());
            assertEquals(3, ended.output().split("half a heap region", -1).length - 1, ended.output());
            assertTrue(ended.output().contains("shallow 3"), ended.output());
        }
    }

    @Test
    void await_veryDeepInTheStackWithAnotherCollector_works() throws Exception {
        // A portable task runs on a thread of the JDK's, whose stack is as large as that of any other.
        var flags = List.of("-XX:+UseSerialGC", "-Xss64m", "-XX:MaxJavaStackTraceDepth=10");
        try (var child = ChildJvm.start(flags, Map.of(), Deep.class)) {
            ChildJvm.Ended ended = child.await();
            assertEquals(0, ended.exitCode(), ended.output());
            assertEquals(3, ended.output().split("deep 60000", -1).length - 1, ended.output());
            assertTrue(ended.output().contains("shallow 3"), ended.output());
        }
    }

    static final class Deep {
        public static void main(String[] arguments) throws InterruptedException {
            var thread = new Thread(null, () -> Asyncio.run(Deep::several), "deep", 64 << 20);
            thread.start();
            thread.join();
        }

        private static void several() {
            for (int i = 0; i < 3; i++) {
                try {
                    System.out.println(
                            "deep " + Asyncio.createTask(() -> recurse(60_000)).await());
                } catch (StackOverflowError e) {
                    System.out.println(e.getMessage());
                }
            }
            System.out.println("shallow " + Asyncio.createTask(() -> recurse(3)).await());
        }
    }

    private static int recurse(int depth) {
        if (depth == 0) {
            Asyncio.sleep(Asyncio.millis(20)); // long enough for a portable task to park
            return 0;
        }
        return 1 + recurse(depth - 1);
    }

    @Test
    void await_inAClassInitialiserWithTheTaskGoingOn_leavesNothingBehind() {
        assumeTrue(Modes.confined(), "works in the other mode");
        loop.runUntilComplete(() -> {
            Task<?> task = loop.createTask(() -> {
                assertThrows(ExceptionInInitializerError.class, PinnedYield::touch);
                Asyncio.currentTask().cancel("pending");
                assertThrows(ExceptionInInitializerError.class, PinnedCancel::touch);
                // Entries left in the queue by either would resume this too early.
                var thrown = assertThrows(CancelledError.class, () -> Asyncio.sleep(Asyncio.seconds(1000)));
                assertEquals("pending", thrown.getMessage());
                long began = loop.time();
                Asyncio.sleep(Asyncio.millis(20));
                assertTrue(loop.time() - began >= 20_000_000);
                trail.add("done");
            });
            task.await();
        });
        assertEquals(List.of("done"), trail);
    }
}
