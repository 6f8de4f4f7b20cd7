package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.testing.TestLoop;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which thread a task gets: tasks that never wait may share one, and must not be able to tell. */
final class TaskThreadTest {
    private static final ThreadLocal<String> LOCAL = new ThreadLocal<>();
    private static final InheritableThreadLocal<String> INHERITED = new InheritableThreadLocal<>();

    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void tasks_thatNeverWait_shareAThreadThatHasTheNameOfEach() {
        assumeTrue(Modes.confined(), "in portable mode each has its own");
        List<Thread> threads = new ArrayList<>();
        loop.run(() -> {
            for (String name : List.of("a", "b", "c")) {
                loop.createTask(
                        () -> {
                            threads.add(Thread.currentThread());
                            trail.add(Thread.currentThread().getName());
                        },
                        name);
            }
        });
        assertEquals(List.of("a", "b", "c"), trail);
        assertSame(threads.get(0), threads.get(1));
        assertSame(threads.get(1), threads.get(2));
    }

    @Test
    void task_thatHasWaited_keepsItsThreadToItself() {
        Set<Thread> waited = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Thread> later = new ArrayList<>();
        loop.run(() -> {
            List<Task<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                tasks.add(loop.createTask(() -> {
                    assertTrue(waited.add(Thread.currentThread()), "had been another task's");
                    Asyncio.yieldNow();
                    assertTrue(waited.contains(Thread.currentThread()));
                    loop.createTask(() -> later.add(Thread.currentThread())); // begins after this one has ended
                }));
            }
            Asyncio.gather(tasks).await();
            Asyncio.yieldNow();
        });
        assertEquals(3, later.size());
        assertTrue(Collections.disjoint(waited, later));
    }

    @Test
    void threadLocal_setByATaskThatEnds_isNotSeenByTheNext() {
        loop.run(() -> {
            loop.createTask(() -> LOCAL.set("first's"));
            loop.createTask(() -> assertNull(LOCAL.get())).await();
            loop.createTask(() -> INHERITED.set("first's"));
            loop.createTask(() -> assertNull(INHERITED.get())).await();
        });
    }

    @Test
    void inheritableThreadLocal_ofTheCreator_isInherited() {
        loop.run(() -> {
            INHERITED.set("creator's");
            loop.createTask(() -> assertEquals("creator's", INHERITED.get())).await();
            loop.createTask(() -> assertEquals("creator's", INHERITED.get()), TaskOptions.DEFAULT.eagerStart(true))
                    .await();
        });
    }

    @Test
    void contextClassLoader_isInheritedFromTheCreatorAndNotFromTheTaskBefore() throws Exception {
        ClassLoader usual = Thread.currentThread().getContextClassLoader();
        try (var other = new URLClassLoader("other", new URL[0], usual)) {
            loop.run(() -> {
                loop.createTask(() -> Thread.currentThread().setContextClassLoader(other));
                loop.createTask(() -> assertSame(usual, loader())).await();
                Thread.currentThread().setContextClassLoader(other);
                loop.createTask(() -> assertSame(other, loader())).await();
            });
        }
    }

    @Test
    void interruptFlag_leftSetByATask_doesNotCancelTheNext() {
        loop.run(() -> {
            loop.createTask(() -> Thread.currentThread().interrupt());
            loop.createTask(() -> {
                        assertFalse(Thread.currentThread().isInterrupted());
                        Asyncio.yieldNow();
                    })
                    .await();
        });
    }

    @Test
    void currentTask_isEachTaskInTurn() {
        loop.run(() -> {
            List<Task<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                tasks.add(loop.createTask(() -> trail.add(Objects.requireNonNull(Asyncio.currentTask()))));
            }
            Asyncio.gather(tasks).await();
            assertEquals(tasks, trail);
        });
    }

    @Test
    void failureOfATask_leavesTheNextAlone() {
        loop.run(() -> {
            Task<Void> failing = loop.createTask(() -> {
                throw new IllegalStateException("this one only");
            });
            Task<String> next = loop.createTask(() -> "fine");
            assertEquals("fine", next.await());
            assertThrows(IllegalStateException.class, failing::await);
        });
    }

    @Test
    void task_cancelledOrRenamedBeforeItsFirstStep_heedsIt() {
        loop.run(() -> {
            Task<Void> cancelled = loop.createTask(() -> {
                trail.add("ran");
            });
            Task<String> renamed = loop.createTask(() -> Thread.currentThread().getName());
            cancelled.cancel();
            renamed.setName("new name");
            assertEquals(List.of(), renamed.getStack());
            assertEquals("new name", renamed.await());
            assertThrows(CancelledError.class, cancelled::await);
        });
        assertEquals(List.of(), trail);
    }

    @Test
    void eagerTask_thatEnds_isFollowedByItsCreatorAndNotByWhatIsQueued() {
        loop.run(() -> {
            loop.createTask(() -> trail.add("queued"));
            Thread creator = Thread.currentThread();
            Thread[] eager = new Thread[1];
            loop.createTask(
                    () -> {
                        trail.add("eager");
                        eager[0] = Thread.currentThread();
                    },
                    TaskOptions.DEFAULT.eagerStart(true));
            trail.add("creator");
            assertNotSame(creator, eager[0]);
            Asyncio.yieldNow();
        });
        assertEquals(List.of("eager", "creator", "queued"), trail);
    }

    @Test
    void stop_fromATask_letsTheRestOfTheIterationRunAndNoMore() {
        loop.callSoon(() -> {
            for (int i = 0; i < 3; i++) {
                int number = i;
                loop.createTask(() -> {
                    trail.add(number);
                    loop.stop();
                    loop.createTask(() -> trail.add("later"));
                });
            }
        });
        loop.runForever();
        assertEquals(List.of(0, 1, 2), trail);
        loop.run(Asyncio::yieldNow);
        assertEquals(List.of(0, 1, 2, "later", "later", "later"), trail);
    }

    private static ClassLoader loader() {
        return Thread.currentThread().getContextClassLoader();
    }
}
