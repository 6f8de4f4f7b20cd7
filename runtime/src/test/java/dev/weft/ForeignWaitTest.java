package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds in both modes when tasks use locks, threads and calls that are not Weft's. */
@Timeout(120)
final class ForeignWaitTest {
    private final EventLoop loop = EventLoop.create();
    private final List<String> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    // ---- locks: the loop holds still

    private int counter;

    @Test
    void contendedPrintln_betweenReadAndWrite_losesNoUpdate() throws InterruptedException {
        var out = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        var stop = new AtomicBoolean();
        Thread noise = Thread.ofPlatform().start(() -> {
            while (!stop.get()) {
                out.println("noise");
            }
        });
        // A machine may take the processor from the other thread while that is inside, and for longer than the default.
        try (var patient =
                EventLoop.builder().foreignLockHold(Duration.ofMinutes(1)).build()) {
            patient.runUntilComplete(() -> {
                var tasks = new ArrayList<Task<?>>();
                for (int i = 0; i < 20; i++) {
                    tasks.add(patient.createTask(() -> {
                        for (int j = 0; j < 5_000; j++) {
                            int seen = counter;
                            out.println("log " + seen);
                            counter = seen + 1;
                        }
                    }));
                }
                for (Task<?> task : tasks) {
                    task.await();
                }
            });
        } finally {
            stop.set(true);
            noise.join();
        }
        assertEquals(100_000, counter);
    }

    @Test
    void contendedLock_heldByAnotherThread_letsNothingElseRun() throws Exception {
        try (var patient =
                EventLoop.builder().foreignLockHold(Duration.ofHours(1)).build()) {
            for (LockKind kind : LockKind.all()) {
                trail.clear();
                var taken = new CountDownLatch(1);
                var waiting = new AtomicReference<Thread>();
                Thread other = Thread.ofPlatform()
                        .start(() -> kind.hold(() -> {
                            taken.countDown();
                            LockKind.awaitBlocked(waiting);
                        }));
                patient.runUntilComplete(() -> {
                    taken.await();
                    Task<?> waiter = patient.createTask(() -> {
                        trail.add("before");
                        waiting.set(Thread.currentThread());
                        kind.hold(() -> trail.add("inside"));
                        trail.add("after");
                    });
                    Task<?> bystander = patient.createTask(() -> trail.add("bystander"));
                    patient.callSoon(() -> trail.add("callback"));
                    waiter.await();
                    bystander.await();
                });
                other.join();
                assertEquals(List.of("before", "inside", "after", "bystander", "callback"), trail, kind.name());
            }
        }
    }

    @Test
    void callback_takesALockThatATaskWaitsFor_doesNotHang() throws InterruptedException {
        for (LockKind kind : LockKind.all()) {
            var task = new AtomicReference<Thread>();
            var callback = new AtomicReference<Thread>();
            var taken = new CountDownLatch(1);
            Thread other = Thread.ofPlatform()
                    .start(() -> kind.hold(() -> {
                        taken.countDown();
                        LockKind.awaitBlocked(task);
                        if (loop.foreignWaits() == EventLoop.ForeignWaits.PARK) {
                            // The callback stands behind the task, which only the loop can run: it must not block the
                            // loop.
                            LockKind.awaitBlocked(callback);
                        }
                    }));
            try (var hasty = EventLoop.builder().foreignLockHold(Duration.ZERO).build();
                    var _ = new LogCapture()) {
                hasty.runUntilComplete(() -> {
                    taken.await();
                    Future<String> called = hasty.createFuture();
                    Task<?> waiter = hasty.createTask(() -> {
                        task.set(Thread.currentThread());
                        kind.hold(() -> {});
                    });
                    hasty.callSoon(() -> {
                        callback.set(Thread.currentThread());
                        kind.hold(() -> {});
                        called.setResult("called");
                    });
                    waiter.await();
                    assertEquals("called", called.await());
                });
            }
            other.join();
        }
    }

    @Test
    void foreignWait_inPortableMode_blocksTheLoopAsInAsyncio() throws InterruptedException {
        assumeTrue(loop.foreignWaits() == EventLoop.ForeignWaits.BLOCK, "the loop goes on");
        loop.runUntilComplete(() -> {
            loop.callSoon(() -> trail.add("callback"));
            Task<?> other = loop.createTask(() -> trail.add("task"));
            Thread.sleep(5);
            trail.add("slept");
            other.await();
        });
        assertEquals(List.of("slept", "callback", "task"), trail);
    }

    @Test
    void interrupt_ofATasksThread_isARequestToStop() {
        loop.runUntilComplete(() -> {
            Task<?> running = loop.createTask(() -> {
                Thread.currentThread().interrupt();
                try {
                    loop.createFuture().await(); // would never end by itself
                } finally {
                    assertFalse(Thread.currentThread().isInterrupted());
                }
            });
            assertThrows(CancelledError.class, running::await);
            assertEquals(1, running.cancelling());

            Future<String> future = loop.createFuture();
            Task<?> suspended = loop.createTask(() -> future.await());
            Asyncio.yieldNow();
            suspended.running().thread().interrupt();
            future.setResult("resumed");
            assertThrows(CancelledError.class, suspended::await);

            Task<?> yielding = loop.createTask(() -> {
                Thread.currentThread().interrupt();
                Asyncio.yieldNow();
            });
            assertThrows(CancelledError.class, yielding::await);
        });
    }

    @Test
    void interrupt_ofTheThreadThatWaitsForARun_cancelsMain() throws InterruptedException {
        for (Thread.Builder kind : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
            var inside = new CountDownLatch(1);
            var thrown = new AtomicReference<Throwable>();
            var cleaned = new AtomicBoolean();
            Thread caller = kind.start(() -> {
                try {
                    Asyncio.run(() -> {
                        try {
                            inside.countDown();
                            Asyncio.sleep(Asyncio.seconds(1_000_000));
                        } finally {
                            cleaned.set(true);
                        }
                    });
                } catch (Throwable e) {
                    thrown.set(e);
                }
            });
            inside.await();
            // A confined loop's own thread takes notice while it waits: mounting a task clears the flag.
            while (caller.isAlive()) {
                caller.interrupt();
                caller.join(1);
            }
            assertInstanceOf(CancelledError.class, thrown.get());
            assertTrue(cleaned.get());
        }
    }

    @Test
    void systemExit_inATask_ends() throws Exception {
        try (var child = ChildJvm.start(ExitInATask.class)) {
            ChildJvm.Ended ended = child.await();
            assertEquals(7, ended.exitCode(), ended.output());
            assertTrue(ended.output().contains("hook ran"), ended.output());
        }
    }

    static final class ExitInATask {
        public static void main(String[] arguments) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook ran")));
            Asyncio.run(() -> {
                Task<?> exit = Asyncio.createTask(() -> System.exit(7));
                exit.await();
            });
        }
    }

    // ---- threads that Weft did not create

    @Test
    void virtualThread_startedByATask_doesNotRunOnTheLoop() {
        loop.runUntilComplete(() -> {
            var seen = new AtomicReference<Object>();
            Thread.ofVirtual().start(() -> seen.set(foreignThreadSees()));
            assertForeign(seen);
        });
    }

    @Test
    void virtualThreads_ofAnExecutorMadeInATask_doNotRunOnTheLoop() {
        loop.runUntilComplete(() -> {
            var seen = new AtomicReference<Object>();
            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                executor.execute(() -> {
                    LockSupport.parkNanos(1000); // comes back through the scheduler it inherited
                    seen.set(foreignThreadSees());
                });
                assertForeign(seen);
            }
        });
    }

    private static Object foreignThreadSees() {
        try {
            return "is on a loop: " + Asyncio.getRunningLoop();
        } catch (IllegalStateException expected) {
            return expected;
        }
    }

    /** Spins, without ever giving the loop away: only another carrier can make this end. */
    private static void assertForeign(AtomicReference<Object> seen) {
        while (seen.get() == null) {
            Thread.onSpinWait();
        }
        assertInstanceOf(IllegalStateException.class, seen.get());
    }

    @Test
    void virtualThread_startedByATask_outlivesTaskAndLoop() throws InterruptedException {
        var release = new CountDownLatch(1);
        Thread thread =
                Asyncio.run(() -> Asyncio.createTask(() -> Thread.ofVirtual().start(() -> {
                            awaitUninterruptibly(release);
                            trail.add("still there");
                        }))
                        .await());
        release.countDown();
        thread.join();
        assertEquals(List.of("still there"), trail);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // ---- thread-locals

    @Test
    void threadLocals_ofATask_areSeenByNoOther() {
        ThreadLocal<String> local = new ThreadLocal<>();
        loop.runUntilComplete(() -> {
            local.set("main");
            for (int i = 0; i < 10; i++) {
                loop.createTask(() -> {
                            assertNull(local.get());
                            local.set("child");
                            Asyncio.yieldNow();
                            assertEquals("child", local.get());
                        })
                        .await();
            }
            Future<String> inCallback = loop.createFuture();
            loop.callSoon(() -> inCallback.setResult(String.valueOf(local.get())));
            assertEquals("null", inCallback.await());
            assertEquals("main", local.get());
        });
        assertNull(local.get());
    }

    @Test
    void task_itsThread_isItsOwnForLife() {
        loop.runUntilComplete(() -> {
            Thread mine = Thread.currentThread();
            assertTrue(mine.isVirtual());
            Task<Thread> task = loop.createTask(
                    () -> {
                        Thread before = Thread.currentThread();
                        Asyncio.yieldNow();
                        assertEquals(before, Thread.currentThread());
                        return before;
                    },
                    "named");
            Thread other = task.await();
            assertNotSame(mine, other);
            assertEquals("named", other.getName());
            assertEquals(mine, Thread.currentThread());
        });
    }
}
