package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

/** Between the loop and other threads: futures that cross over, jobs, coroutines handed in. No time but what threads need. */
@Timeout(60)
final class ThreadFutureTest {
    private static final ContextVar<String> VARIABLE = ContextVar.withDefault("variable", "default");

    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();
    private final List<ExceptionContext> reports = new ArrayList<>();

    ThreadFutureTest() {
        loop.setExceptionHandler((l, context) -> reports.add(context));
    }

    @AfterEach
    void close() {
        loop.close();
        assertEquals(List.of(), reports);
    }

    /** Runs a call on a thread of its own and gives what it returned. */
    private static <T> T onAnotherThread(java.util.concurrent.Callable<T> call) throws Exception {
        var task = new FutureTask<T>(call);
        Thread thread = new Thread(task, "another");
        thread.start();
        thread.join();
        return task.get();
    }

    // ---- wrapFuture

    // Conformance 74: test_futures.py::BaseFutureTests::test_wrap_future
    @Test
    void wrapFuture_completedByAnotherThread_arrivesOnTheLoop() {
        var source = new CompletableFuture<Thread>();
        Thread completer = new Thread(() -> source.complete(Thread.currentThread()));
        loop.run(() -> {
            Future<Thread> wrapped = Asyncio.wrapFuture(source);
            assertSame(loop, wrapped.getLoop());
            wrapped.addDoneCallback(f -> trail.add(EventLoop.current()));
            completer.start();
            assertSame(completer, wrapped.await());
            Asyncio.yieldNow();
        });
        assertEquals(List.of(loop), trail);
    }

    // Conformance 75: test_futures.py::BaseFutureTests::test_wrap_future_future
    @Test
    void wrapFuture_ofAFutureOfTheLoop_isThatFuture() {
        Future<String> future = loop.createFuture();
        assertSame(future, Asyncio.wrapFuture(future));
    }

    // Conformance 76: test_futures.py::BaseFutureTests::test_wrap_future_cancel
    @Test
    void wrapFuture_cancelled_cancelsTheSource() {
        var source = new CompletableFuture<String>();
        loop.run(() -> {
            Future<String> wrapped = Asyncio.wrapFuture(source);
            wrapped.cancel();
            Asyncio.yieldNow();
            Asyncio.yieldNow();
            assertTrue(source.isCancelled());
            assertTrue(wrapped.cancelled());
        });
    }

    // Conformance 77: test_futures.py::BaseFutureTests::test_wrap_future_cancel2
    @Test
    void wrapFuture_cancelledAfterTheSourceCompleted_leavesTheSourceItsValue() {
        var source = new CompletableFuture<Integer>();
        loop.run(() -> {
            Future<Integer> wrapped = Asyncio.wrapFuture(source);
            source.complete(42);
            wrapped.cancel();
            Asyncio.yieldNow();
            Asyncio.yieldNow();
            assertEquals(42, source.join());
            assertTrue(wrapped.cancelled());
        });
    }

    @Test
    void wrapFuture_doneSource_arrivesOneEntryLater() {
        loop.run(() -> {
            Future<String> wrapped = Asyncio.wrapFuture(CompletableFuture.completedFuture("there"));
            assertFalse(wrapped.done());
            Asyncio.yieldNow();
            assertEquals("there", wrapped.result());
        });
    }

    @Test
    void wrapFuture_failedSource_failsWithTheBareException() {
        var failure = new IOException("bare");
        var source = new CompletableFuture<String>();
        loop.run(() -> {
            Future<String> direct = Asyncio.wrapFuture(source);
            Future<String> derived = Asyncio.wrapFuture(source.thenApply(x -> x));
            source.completeExceptionally(failure);
            assertSame(failure, assertThrows(IOException.class, direct::await));
            assertSame(failure, assertThrows(IOException.class, derived::await), "CompletionException taken off");
        });
    }

    @Test
    void wrapFuture_cancelledSource_isCancelled() {
        var source = new CompletableFuture<String>();
        loop.run(() -> {
            Future<String> wrapped = Asyncio.wrapFuture(source);
            source.cancel(true);
            assertThrows(CancelledError.class, wrapped::await);
            assertTrue(wrapped.cancelled());
        });
    }

    @Test
    void wrapFuture_stageThatIsNoFuture_isWaitedForAndLeftAloneByCancel() {
        var source = new CompletableFuture<String>();
        loop.run(() -> {
            Future<String> first = Asyncio.wrapFuture(source.minimalCompletionStage());
            Future<String> second = Asyncio.wrapFuture(source.minimalCompletionStage());
            first.cancel();
            source.complete("value");
            assertEquals("value", second.await());
            assertTrue(first.cancelled());
        });
    }

    @Test
    void wrapFuture_loopClosedMeanwhile_nothingHappens() {
        var source = new CompletableFuture<String>();
        Future<String> wrapped = Asyncio.wrapFuture(source, loop);
        loop.close();
        source.complete("late");
        assertFalse(wrapped.done());
    }

    @Test
    void wrapFuture_onAnotherThreadWhileTheLoopRuns_throws() {
        loop.run(() -> {
            assertThrows(
                    ExecutionException.class,
                    () -> onAnotherThread(() -> Asyncio.wrapFuture(new CompletableFuture<>(), loop)));
        });
        assertThrows(IllegalStateException.class, () -> Asyncio.wrapFuture(new CompletableFuture<>()));
        assertThrows(NullPointerException.class, () -> Asyncio.wrapFuture((CompletableFuture<?>) null, loop));
    }

    // ---- wrapBlocking

    @Test
    void wrapBlocking_valueAndFailure_arrive() {
        var failure = new IOException("bare");
        var value = new FutureTask<>(() -> "value");
        var failing = new FutureTask<>(() -> {
            throw failure;
        });
        loop.run(() -> {
            Future<String> wrapped = Asyncio.wrapBlocking(value);
            Future<Object> failed = Asyncio.wrapBlocking(failing);
            new Thread(value).start();
            new Thread(failing).start();
            assertEquals("value", wrapped.await());
            assertSame(failure, assertThrows(IOException.class, failed::await));
        });
    }

    @Test
    void wrapBlocking_cancelledEitherWay_cancelsTheOther() {
        var one = new FutureTask<>(() -> "never");
        var two = new FutureTask<>(() -> "never");
        loop.run(() -> {
            Future<String> cancelledHere = Asyncio.wrapBlocking(one);
            cancelledHere.cancel();
            Future<String> cancelledThere = Asyncio.wrapBlocking(two);
            two.cancel(true);
            assertThrows(CancelledError.class, cancelledThere::await);
            while (!one.isCancelled()) {
                Asyncio.yieldNow();
            }
        });
        assertTrue(one.isCancelled());
    }

    // ---- toCompletableFuture

    @Test
    void toCompletableFuture_mirrorsEveryOutcome() throws Exception {
        var failure = new IOException("bare");
        var mirrors = new ArrayList<CompletableFuture<String>>();
        loop.run(() -> {
            Future<String> value = Asyncio.createFuture();
            Future<String> failed = Asyncio.createFuture();
            Future<String> cancelled = Asyncio.createFuture();
            for (Future<String> future : List.of(value, failed, cancelled)) {
                mirrors.add(future.toCompletableFuture());
            }
            mirrors.get(0).whenComplete((v, e) -> trail.add(EventLoop.current()));
            value.setResult("value");
            failed.setException(failure);
            cancelled.cancel();
            assertFalse(mirrors.get(0).isDone());
            Asyncio.yieldNow();
            mirrors.add(value.toCompletableFuture()); // of one that is done
            assertTrue(mirrors.get(3).isDone());
        });
        assertEquals(List.of(loop), trail, "completed on the loop's thread");
        assertEquals("value", mirrors.get(0).get());
        assertSame(
                failure,
                assertThrows(ExecutionException.class, mirrors.get(1)::get).getCause());
        assertThrows(CancellationException.class, mirrors.get(2)::get);
        assertEquals("value", mirrors.get(3).get());
    }

    @Test
    void toCompletableFuture_cancelledByAnotherThread_cancelsTheFuture() {
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            CompletableFuture<String> mirror = future.toCompletableFuture();
            new Thread(() -> mirror.cancel(true)).start();
            assertThrows(CancelledError.class, () -> awaitFromOutside(future));
            assertTrue(future.cancelled());
        });
    }

    /** Waits for something that only another thread will bring about, which a virtual clock cannot know of. */
    private static void awaitFromOutside(Future<?> future) {
        while (!future.done()) {
            Asyncio.yieldNow();
        }
        future.await();
    }

    @Test
    void toCompletableFuture_completedByOthers_leavesTheFutureAlone() throws Exception {
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            CompletableFuture<String> mirror = future.toCompletableFuture();
            mirror.complete("theirs");
            Asyncio.yieldNow();
            assertFalse(future.done());
            future.setResult("ours");
            Asyncio.yieldNow();
            assertEquals("theirs", mirror.join());
        });
    }

    @Test
    void toCompletableFuture_loopClosed_doesNotLeaveAnybodyWaiting() throws Exception {
        Future<String> pending = loop.createFuture();
        Future<String> done = loop.createFuture();
        done.setResult("value");
        CompletableFuture<String> before = pending.toCompletableFuture();
        loop.close();
        CompletableFuture<String> after = pending.toCompletableFuture();
        for (CompletableFuture<String> mirror : List.of(before, after)) {
            Throwable cause =
                    assertThrows(ExecutionException.class, mirror::get).getCause();
            assertTrue(cause.getMessage().contains("loop closed"), cause.getMessage());
        }
        assertEquals("value", done.toCompletableFuture().get());
    }

    // ---- runInExecutor

    // Conformance 296: test_events.py::EventLoopTestsMixin::test_run_in_executor
    @Test
    void runInExecutor_defaultExecutor_runsOnAVirtualThreadOfItsOwn() {
        loop.run(() -> {
            Thread here = Thread.currentThread();
            Thread there =
                    loop.runInExecutor(null, () -> Thread.currentThread()).await();
            assertNotSame(here, there);
            assertTrue(there.getName().startsWith("weft-exec-"), there.getName());
            assertTrue(there.isVirtual());
        });
    }

    @Test
    void runInExecutor_givenExecutor_runsThere() {
        try (ExecutorService executor = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("given").factory())) {
            loop.run(() -> {
                assertEquals(
                        "given",
                        loop.runInExecutor(
                                        executor, () -> Thread.currentThread().getName())
                                .await());
                loop.runInExecutor(executor, () -> {
                            trail.add(Thread.currentThread().getName());
                        })
                        .await();
            });
        }
        assertEquals(List.of("given"), trail);
    }

    @Test
    void runInExecutor_jobThatThrows_failsWithTheVeryObject() {
        for (Throwable failure : List.of(new IOException(), new AssertionError("error"))) {
            loop.run(() -> {
                Future<Void> future = loop.runInExecutor(null, () -> {
                    throw Throwables.rethrow(failure);
                });
                assertSame(failure, assertThrows(failure.getClass(), future::await));
            });
        }
    }

    @Test
    void runInExecutor_context_isEmptyInEachJob() {
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            loop.run(() -> {
                VARIABLE.set("the task's");
                for (int i = 0; i < 2; i++) {
                    assertEquals(
                            "default",
                            loop.runInExecutor(executor, () -> {
                                        String before = VARIABLE.get();
                                        VARIABLE.set("left by another job");
                                        return before;
                                    })
                                    .await());
                }
                assertEquals("the task's", VARIABLE.get());
            });
        }
    }

    // Conformance 297: test_events.py::EventLoopTestsMixin::test_run_in_executor_cancel
    @Test
    void runInExecutor_cancelledAndTheLoopClosed_neverTouchesTheLoopAgain() throws Exception {
        var started = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        var interrupted = new boolean[1];
        Future<String> future = loop.runInExecutor(null, () -> {
            started.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted[0] = true;
            }
            ended.countDown();
            return "late";
        });
        started.await();
        loop.run(() -> {
            future.cancel();
            Asyncio.yieldNow();
            Asyncio.yieldNow();
        });
        loop.close();
        release.countDown();
        ended.await();
        assertFalse(interrupted[0], "a running job is never interrupted");
        assertTrue(future.cancelled());
    }

    @Test
    void runInExecutor_lateResultAfterTheLoopClosed_isDropped() throws Exception {
        var release = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<String> future = loop.runInExecutor(executor, () -> {
                release.await();
                return "late";
            });
            loop.close();
            release.countDown();
            executor.shutdown();
            assertTrue(executor.awaitTermination(1, TimeUnit.MINUTES));
            assertFalse(future.done());
        }
    }

    @Test
    void runInExecutor_cancelledBeforeItStarted_neverRuns() {
        BlockingQueue<Runnable> queued = new LinkedBlockingQueue<>();
        loop.run(() -> {
            Future<Boolean> dropped = loop.runInExecutor(queued::add, () -> trail.add("dropped"));
            Future<Boolean> kept = loop.runInExecutor(queued::add, () -> trail.add("kept"));
            dropped.cancel();
            Asyncio.yieldNow();
            for (Runnable job : queued) {
                job.run();
            }
            assertTrue(kept.await());
            assertTrue(dropped.cancelled());
        });
        assertEquals(List.of("kept"), trail);
    }

    @Test
    void runInExecutor_cancelledTask_cancelsTheFutureItWaitsFor() {
        var release = new CountDownLatch(1);
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> {
                loop.runInExecutor(null, () -> release.await()).await();
            });
            Asyncio.yieldNow();
            task.cancel("enough");
            assertEquals(
                    "enough", assertThrows(CancelledError.class, task::await).getMessage());
            release.countDown();
        });
    }

    @Test
    void runInExecutor_refused_throwsAndLeavesNothingBehind() {
        Executor refusing = job -> {
            throw new RejectedExecutionException("full");
        };
        loop.run(() -> {
            assertThrows(RejectedExecutionException.class, () -> loop.runInExecutor(refusing, () -> "x"));
            Asyncio.sleep(Asyncio.seconds(1_000)); // virtual time must not think somebody is still at work
        });
        assertThrows(
                NullPointerException.class, () -> loop.runInExecutor(null, (java.util.concurrent.Callable<?>) null));
        assertThrows(NullPointerException.class, () -> loop.runInExecutor(null, (Action) null));
        loop.close();
        assertThrows(IllegalStateException.class, () -> loop.runInExecutor(null, () -> "x"));
        assertThrows(IllegalStateException.class, () -> loop.runInExecutor(refusing, () -> "x"));
    }

    @Test
    void setDefaultExecutor_replacesWithoutShuttingTheOldOneDown() {
        ExecutorService first = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("first").factory());
        ExecutorService second = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("second").factory());
        loop.run(() -> {
            loop.setDefaultExecutor(first);
            assertEquals(
                    "first",
                    loop.runInExecutor(null, () -> Thread.currentThread().getName())
                            .await());
            loop.setDefaultExecutor(second);
            assertEquals("second", Asyncio.toThread(() -> Thread.currentThread().getName()));
            assertThrows(NullPointerException.class, () -> loop.setDefaultExecutor(null));
        });
        loop.close();
        assertFalse(first.isShutdown());
        assertTrue(second.isShutdown(), "the loop's close shuts the present one down");
        first.shutdown();
    }

    // ---- shutdownDefaultExecutor

    @Test
    void shutdownDefaultExecutor_waitsForRunningJobsAndRefusesNewOnes() {
        var release = new CountDownLatch(1);
        loop.run(() -> {
            Future<String> running = loop.runInExecutor(null, () -> {
                release.await();
                return "finished";
            });
            Task<Void> shutdown = Asyncio.createTask(() -> loop.shutdownDefaultExecutor());
            Asyncio.yieldNow();
            var refused = assertThrows(IllegalStateException.class, () -> loop.runInExecutor(null, () -> "x"));
            assertTrue(refused.getMessage().contains("default executor shut down"), refused.getMessage());
            assertFalse(shutdown.done());
            release.countDown();
            shutdown.await();
            assertEquals("finished", running.await());
            assertEquals(
                    "direct", loop.runInExecutor(Runnable::run, () -> "direct").await(), "others still work");
            loop.shutdownDefaultExecutor(); // again: nothing left to wait for
        });
    }

    @Test
    void shutdownDefaultExecutor_neverUsed_returnsAtOnce() {
        loop.run(() -> {
            loop.callSoon(() -> trail.add("another entry"));
            loop.shutdownDefaultExecutor();
            assertEquals(List.of(), trail);
            assertThrows(IllegalStateException.class, () -> loop.runInExecutor(null, () -> "x"));
        });
    }

    @Test
    void shutdownDefaultExecutor_timeout_warnsAndGoesOn() {
        var release = new CountDownLatch(1);
        try (var log = new LogCapture()) {
            loop.run(() -> {
                Future<Void> job = loop.runInExecutor(null, () -> release.await());
                loop.shutdownDefaultExecutor(Asyncio.millis(5));
                assertFalse(job.done());
                release.countDown();
                job.await();
            });
            assertEquals(1, log.messages(Level.WARN).size(), log.toString());
            assertTrue(log.messages(Level.WARN).getFirst().contains("executor"), log.toString());
        }
    }

    @Test
    void shutdownDefaultExecutor_cancelled_throwsAndLeavesTheJobs() {
        var release = new CountDownLatch(1);
        loop.run(() -> {
            Future<Void> job = loop.runInExecutor(null, () -> release.await());
            Task<Void> shutdown = Asyncio.createTask(() -> loop.shutdownDefaultExecutor());
            Asyncio.yieldNow();
            shutdown.cancel();
            assertThrows(CancelledError.class, shutdown::await);
            release.countDown();
            job.await();
        });
    }

    // ---- toThread

    // Conformance 298: test_threads.py::ToThreadTests::test_to_thread
    @Test
    void toThread_givesTheValueOfItsBody() {
        loop.run(() -> {
            int one = 40;
            int two = 2;
            int sum = Asyncio.toThread(() -> Math.addExact(one, two));
            assertEquals(42, sum);
            Thread here = Thread.currentThread();
            Asyncio.toThread(() -> {
                assertNotSame(here, Thread.currentThread());
                trail.add("done");
            });
        });
        assertEquals(List.of("done"), trail);
    }

    // test_threads.py::ToThreadTests::test_to_thread (what the body throws)
    @Test
    void toThread_bodyThatThrows_throwsTheVeryObject() {
        var failure = new IOException("x");
        loop.run(() -> {
            try {
                Asyncio.toThread(() -> {
                    throw failure;
                });
            } catch (IOException e) {
                trail.add(e);
            }
        });
        assertEquals(List.of(failure), trail);
    }

    // Conformance 299: test_threads.py::ToThreadTests::test_to_thread_concurrent
    @Test
    void toThread_severalCalls_runConcurrently() {
        var bothThere = new CountDownLatch(2);
        loop.run(() -> {
            Asyncio.gather(() -> Asyncio.toThread(() -> meet(bothThere)), () -> Asyncio.toThread(() -> meet(bothThere)))
                    .await();
        });
        assertEquals(0, bothThere.getCount());
    }

    private static boolean meet(CountDownLatch latch) throws InterruptedException {
        latch.countDown();
        latch.await(); // returns only when the other one runs as well
        return true;
    }

    // Conformance 300: test_threads.py::ToThreadTests::test_to_thread_contextvars
    @Test
    void toThread_contextVariables_goThereAndDoNotComeBack() {
        loop.run(() -> {
            VARIABLE.set("parent");
            String seen = Asyncio.toThread(() -> {
                String before = VARIABLE.get();
                VARIABLE.set("changed there");
                return before + ", " + VARIABLE.get();
            });
            assertEquals("parent, changed there", seen);
            assertEquals("parent", VARIABLE.get());
        });
    }

    @Test
    void toThread_cancelledCaller_goesOnAtOnceAndSoDoesTheThread() throws Exception {
        var started = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var outcome = new CompletableFuture<String>();
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> Asyncio.toThread(() -> {
                started.countDown();
                try {
                    release.await();
                    outcome.complete("went on");
                } catch (InterruptedException e) {
                    outcome.complete("interrupted");
                }
            }));
            while (started.getCount() > 0) {
                Asyncio.yieldNow();
            }
            task.cancel();
            assertThrows(CancelledError.class, task::await);
        });
        release.countDown();
        assertEquals("went on", outcome.get());
    }

    @Test
    void toThread_outsideATask_throwsAndNeverCallsTheBody() {
        assertThrows(IllegalStateException.class, () -> Asyncio.toThread(() -> trail.add("body")));
        loop.callSoon(() -> assertThrows(IllegalStateException.class, () -> Asyncio.toThread(() -> trail.add("body"))));
        loop.run(Asyncio::yieldNow);
        assertEquals(List.of(), trail);
    }

    // ---- runCoroutineThreadsafe

    // Conformance 301: test_tasks.py::RunCoroutineThreadsafeTests::test_run_coroutine_threadsafe
    @Test
    void runCoroutineThreadsafe_givesTheThreadTheValue() {
        loop.run(() -> {
            String value = Asyncio.toThread(() -> Asyncio.runCoroutineThreadsafe(
                            () -> {
                                assertSame(loop, Asyncio.getRunningLoop());
                                Asyncio.yieldNow();
                                return "value";
                            },
                            loop)
                    .join());
            assertEquals("value", value);
            Asyncio.toThread(() -> Asyncio.runCoroutineThreadsafe(() -> trail.add("action"), loop)
                    .join());
        });
        assertEquals(List.of("action"), trail);
    }

    // Conformance 302: test_tasks.py::RunCoroutineThreadsafeTests::test_run_coroutine_threadsafe_with_exception
    @Test
    void runCoroutineThreadsafe_givesTheThreadTheException() {
        var failure = new IOException("Fail!");
        loop.run(() -> {
            Throwable seen = Asyncio.toThread(() -> assertThrows(
                            ExecutionException.class,
                            () -> Asyncio.runCoroutineThreadsafe(
                                            () -> {
                                                throw failure;
                                            },
                                            loop)
                                    .get())
                    .getCause());
            assertSame(failure, seen);
        });
    }

    // Conformance 303: test_tasks.py::RunCoroutineThreadsafeTests::test_run_coroutine_threadsafe_with_timeout
    @Test
    void runCoroutineThreadsafe_timeoutThenCancelInTheThread_leavesNoTaskBehind() {
        loop.run(() -> {
            Asyncio.toThread(() -> {
                CompletableFuture<Void> future = Asyncio.runCoroutineThreadsafe(
                        () -> {
                            Asyncio.<Void>createFuture().await();
                        },
                        loop);
                assertThrows(TimeoutException.class, () -> future.get(1, TimeUnit.MILLISECONDS));
                future.cancel(true);
            });
            while (Asyncio.allTasks().size() > 1) {
                Asyncio.yieldNow();
            }
            for (Task<?> task : Asyncio.allTasks()) {
                assertSame(Asyncio.currentTask(), task);
            }
        });
    }

    // Conformance 304: test_tasks.py::RunCoroutineThreadsafeTests::test_run_coroutine_threadsafe_and_cancel
    @Test
    void runCoroutineThreadsafe_cancelledByTheThread_cancelsTheTask() throws Exception {
        var started = new CountDownLatch(1);
        loop.run(() -> {
            Asyncio.toThread(() -> {
                CompletableFuture<Void> future = Asyncio.runCoroutineThreadsafe(
                        () -> {
                            started.countDown();
                            try {
                                Asyncio.<Void>createFuture().await();
                            } finally {
                                trail.add("cancelled: " + Asyncio.currentTask().cancelling());
                            }
                        },
                        loop);
                started.await();
                future.cancel(true);
                assertThrows(CancellationException.class, future::join);
            });
            while (Asyncio.allTasks().size() > 1) {
                Asyncio.yieldNow();
            }
        });
        assertEquals(List.of("cancelled: 1"), trail);
    }

    @Test
    void runCoroutineThreadsafe_cancelledBeforeItBegan_neverCallsTheBody() throws Exception {
        CompletableFuture<Boolean> future =
                onAnotherThread(() -> Asyncio.runCoroutineThreadsafe(() -> trail.add("body"), loop));
        future.cancel(true);
        loop.run(Asyncio::yieldNow);
        assertEquals(List.of(), trail);
    }

    @Test
    void runCoroutineThreadsafe_taskThatEndsCancelled_cancelsTheThreadsFuture() {
        loop.run(() -> {
            Asyncio.toThread(() -> {
                CompletableFuture<Void> future = Asyncio.runCoroutineThreadsafe(
                        () -> {
                            throw new CancelledError();
                        },
                        loop);
                assertThrows(CancellationException.class, future::get);
            });
        });
    }

    // Conformance 305: test_tasks.py::RunCoroutineThreadsafeTests::test_run_coroutine_threadsafe_task_factory_exception
    @Test
    void runCoroutineThreadsafe_brokenTaskFactory_failsTheThreadsFutureAndIsReported() {
        var failure = new NumberFormatException("broken factory");
        loop.run(() -> {
            loop.setTaskFactory(new TaskFactory() {
                @Override
                public <T> Task<T> create(EventLoop l, Coroutine<T> coroutine, TaskOptions options) {
                    throw failure;
                }
            });
            Throwable seen = Asyncio.toThread(() -> assertThrows(
                            CompletionException.class,
                            () -> Asyncio.runCoroutineThreadsafe(() -> trail.add("body"), loop)
                                    .join())
                    .getCause());
            assertSame(failure, seen);
            loop.setTaskFactory(null);
        });
        assertEquals(List.of(), trail);
        assertEquals(1, reports.size());
        assertSame(failure, reports.removeFirst().exception());
    }

    @Test
    void runCoroutineThreadsafe_context_isACopyOfTheCallingThreads() throws Exception {
        CompletableFuture<String> future = onAnotherThread(() -> {
            VARIABLE.set("the thread's");
            CompletableFuture<String> handedIn = Asyncio.runCoroutineThreadsafe(
                    () -> {
                        String before = VARIABLE.get();
                        VARIABLE.set("changed in the task");
                        return before;
                    },
                    loop);
            VARIABLE.set("changed afterwards");
            return handedIn;
        });
        loop.run(() -> {
            VARIABLE.set("the loop's");
            while (!future.isDone()) {
                Asyncio.yieldNow();
            }
            assertEquals("the loop's", VARIABLE.get());
        });
        assertEquals("the thread's", future.get());
    }

    @Test
    void runCoroutineThreadsafe_closedLoop_throws() throws Exception {
        CompletableFuture<Boolean> overtaken = Asyncio.runCoroutineThreadsafe(() -> trail.add("body"), loop);
        loop.close();
        assertThrows(IllegalStateException.class, () -> Asyncio.runCoroutineThreadsafe(() -> trail.add("body"), loop));
        assertThrows(ExecutionException.class, overtaken::get, "nobody waits for ever");
        assertEquals(List.of(), trail);
    }

    @Test
    void defaultExecutor_eachJob_hasAThreadOfItsOwn() {
        loop.run(() -> {
            String one = Asyncio.toThread(() -> Thread.currentThread().getName());
            String two = Asyncio.toThread(() -> Thread.currentThread().getName());
            assertNotEquals(one, two);
            assertNull(Asyncio.toThread(() -> null));
        });
    }
}
