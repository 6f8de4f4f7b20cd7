package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
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
    void await_veryDeepInTheStack_worksOrExplainsItself() throws InterruptedException {
        boolean g1 = java.lang.management.ManagementFactory.getGarbageCollectorMXBeans().stream()
                .anyMatch(bean -> bean.getName().startsWith("G1"));
        var outcome = new AtomicReference<Throwable>();
        Thread thread = new Thread(
                null,
                () -> {
                    try (var deep = EventLoop.create()) {
                        deep.runUntilComplete(() -> {
                            for (int i = 0; i < 3; i++) {
                                Task<?> task = deep.createTask(() -> recurse(80_000));
                                try {
                                    task.await();
                                } catch (StackOverflowError e) {
                                    outcome.set(e);
                                }
                            }
                            assertEquals(3, deep.createTask(() -> recurse(3)).await());
                        });
                    } catch (Throwable e) {
                        outcome.set(e);
                    }
                },
                "deep",
                256L << 20);
        thread.start();
        thread.join();
        if (g1 && loop.mode() == EventLoop.Mode.CONFINED) {
            assertInstanceOf(StackOverflowError.class, outcome.get());
            assertTrue(
                    outcome.get().getMessage().contains("half a heap region"),
                    outcome.get().getMessage());
        } else if (outcome.get() != null) {
            assertInstanceOf(StackOverflowError.class, outcome.get());
        }
    }

    private static int recurse(int depth) {
        if (depth == 0) {
            Asyncio.yieldNow();
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
