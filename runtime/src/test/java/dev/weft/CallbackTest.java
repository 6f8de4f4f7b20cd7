package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code callSoon}, {@code callSoonThreadsafe} and their handles. */
@Timeout(60)
final class CallbackTest {
    private final EventLoop loop = EventLoop.create();
    private final List<String> trail = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    // Conformance 33: test_events.py::EventLoopTestsMixin::test_call_soon
    @Test
    void callSoon_callback_runsOnce() {
        loop.callSoon(() -> {
            trail.add("called");
            loop.stop();
        });
        loop.runForever();
        loop.stop();
        loop.runForever();
        assertEquals(List.of("called"), trail);
    }

    // Conformance 34: test_base_events.py::BaseEventLoopTests::test__run_once_schedule_handle
    @Test
    void callSoon_inACallback_runsInTheNextIteration() {
        loop.callSoon(() -> {
            trail.add("first");
            loop.callSoon(() -> trail.add("from first"));
        });
        loop.callSoon(() -> trail.add("second"));
        loop.runOnce(Asyncio.seconds(0));
        assertEquals(List.of("first", "second"), trail);
        loop.runOnce(Asyncio.seconds(0));
        assertEquals(List.of("first", "second", "from first"), trail);
    }

    @Test
    void callSoon_callbacksAndTasks_runInOneOrder() {
        loop.callSoon(() -> trail.add("callback 1"));
        loop.createTask(() -> {
            trail.add("task 1");
            Asyncio.yieldNow();
            trail.add("task 1 again");
        });
        loop.callSoon(() -> trail.add("callback 2"));
        loop.callSoon(() -> trail.add("callback 3"));
        loop.createTask(() -> trail.add("task 2"));
        loop.callSoon(() -> loop.callSoon(loop::stop));
        loop.runForever();
        assertEquals(List.of("callback 1", "task 1", "callback 2", "callback 3", "task 2", "task 1 again"), trail);
    }

    // Conformance 35: test_events.py::EventLoopTestsMixin::test_call_soon_threadsafe
    @Test
    void callSoonThreadsafe_beforeCallSoon_runsFirst() throws Exception {
        Thread.ofPlatform()
                .start(() -> loop.callSoonThreadsafe(() -> trail.add("hello")))
                .join();
        loop.callSoon(() -> {
            trail.add("world");
            loop.stop();
        });
        loop.runForever();
        assertEquals(List.of("hello", "world"), trail);
    }

    @Test
    void callSoonThreadsafe_whileTheLoopSleeps_wakesIt() throws Exception {
        var running = new CountDownLatch(1);
        Thread other = Thread.ofPlatform().start(() -> {
            awaitUninterruptibly(running);
            loop.callSoonThreadsafe(() -> {
                trail.add("woken");
                loop.stop();
            });
        });
        loop.callSoon(running::countDown);
        loop.runForever();
        other.join();
        assertEquals(List.of("woken"), trail);
    }

    @Test
    void callSoonThreadsafe_seenByALoopCallback_keepsItsPlaceBeforeWhatThatSchedules() {
        loop.callSoon(() -> {
            Thread other = Thread.ofPlatform().start(() -> loop.callSoonThreadsafe(() -> trail.add("hello")));
            other.join();
            loop.callSoon(() -> trail.add("world"));
            loop.callSoon(loop::stop);
        });
        loop.runForever();
        assertEquals(List.of("hello", "world"), trail);
    }

    @Test
    void callSoonThreadsafe_severalThreads_keepsTheOrderOfEach() throws Exception {
        int calls = 2000;
        var seen = List.of(new ArrayList<Integer>(), new ArrayList<Integer>(), new ArrayList<Integer>());
        int[] left = {3 * calls};
        var threads = new ArrayList<Thread>();
        for (List<Integer> mine : seen) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < calls; i++) {
                    int number = i;
                    loop.callSoonThreadsafe(() -> {
                        mine.add(number);
                        if (--left[0] == 0) {
                            loop.stop();
                        }
                    });
                }
            }));
        }
        loop.runForever();
        for (Thread thread : threads) {
            thread.join();
        }
        List<Integer> expected =
                java.util.stream.IntStream.range(0, calls).boxed().toList();
        for (List<Integer> mine : seen) {
            assertEquals(expected, mine);
        }
    }

    // Conformance 36: test_events.py::EventLoopTestsMixin::test_call_soon_threadsafe_same_thread
    @Test
    void callSoonThreadsafe_fromTheLoopsOwnThread_isOrderedWithCallSoon() {
        loop.callSoon(() -> {
            loop.callSoonThreadsafe(() -> trail.add("hello"));
            loop.callSoon(() -> trail.add("world"));
            loop.callSoonThreadsafe(loop::stop);
        });
        loop.runForever();
        assertEquals(List.of("hello", "world"), trail);
    }

    // Conformance 37: test_events.py::EventLoopTestsMixin::test_call_soon_threadsafe_handle_block_check_cancelled
    @Test
    void cancelled_ofAThreadsafeHandleWhileItsCallbackRuns_waitsForTheCallback() throws Exception {
        assertWaitsForTheCallback(handle -> assertFalse(handle.cancelled()));
    }

    // Conformance 38: test_events.py::EventLoopTestsMixin::test_call_soon_threadsafe_handle_block_cancellation
    @Test
    void cancel_ofAThreadsafeHandleWhileItsCallbackRuns_waitsForTheCallback() throws Exception {
        assertWaitsForTheCallback(handle -> {
            handle.cancel();
            assertTrue(handle.cancelled());
        });
    }

    private interface Use {
        void of(Handle handle);
    }

    private void assertWaitsForTheCallback(Use use) throws InterruptedException {
        var inCallback = new CountDownLatch(1);
        var calling = new AtomicReference<Thread>();
        var failure = new AtomicReference<Throwable>();
        Handle handle = loop.callSoonThreadsafe(() -> {
            inCallback.countDown();
            // The other thread is let in only by the end of this callback: see it queue up before.
            while (calling.get() == null || calling.get().getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            trail.add("callback finished");
        });
        Thread other = Thread.ofPlatform().start(() -> {
            awaitUninterruptibly(inCallback);
            calling.set(Thread.currentThread());
            try {
                use.of(handle);
                trail.add("other thread let in");
            } catch (Throwable e) {
                failure.set(e);
            } finally {
                loop.callSoonThreadsafe(loop::stop);
            }
        });
        loop.runForever();
        other.join();
        assertNull(failure.get());
        assertEquals(List.of("callback finished", "other thread let in"), trail);
    }

    // Conformance 39: test_events.py::EventLoopTestsMixin::test_call_soon_threadsafe_handle_cancel_other_thread
    @Test
    void cancel_ofAThreadsafeHandleBeforeItStarted_neverRunsTheCallback() throws Exception {
        Handle handle = loop.callSoonThreadsafe(() -> fail("called"));
        Thread.ofPlatform().start(handle::cancel).join();
        assertTrue(handle.cancelled());
        loop.callSoonThreadsafe(loop::stop);
        loop.runForever();
    }

    @Test
    void cancel_ofAThreadsafeHandleInItsOwnCallback_doesNotWaitForItself() {
        var handle = new AtomicReference<Handle>();
        handle.set(loop.callSoonThreadsafe(() -> {
            handle.get().cancel();
            assertTrue(handle.get().cancelled());
            trail.add("called");
            loop.stop();
        }));
        loop.runForever();
        assertEquals(List.of("called"), trail);
    }

    // Conformance 46: test_events.py::HandleTests::test_handle
    @Test
    void cancel_handle_doesNotRunAndDropsItsCallback() throws InterruptedException {
        WeakReference<Object> captured = cancelled(new AtomicReference<>());
        loop.callSoon(loop::stop);
        loop.runForever();
        while (captured.get() != null) {
            System.gc();
            Thread.onSpinWait();
        }
    }

    private WeakReference<Object> cancelled(AtomicReference<Handle> handle) {
        var captured = new Object();
        handle.set(loop.callSoon(() -> fail("called with " + captured)));
        assertFalse(handle.get().cancelled());
        handle.get().cancel();
        handle.get().cancel();
        assertTrue(handle.get().cancelled());
        assertTrue(handle.get().toString().contains("cancelled"), handle.get().toString());
        return new WeakReference<>(captured);
    }

    @Test
    void cancel_handleThatHasRun_hasNoEffect() {
        Handle handle = loop.callSoon(() -> trail.add("called"));
        loop.callSoon(loop::stop);
        loop.runForever();
        assertFalse(handle.cancelled());
        handle.cancel();
        assertEquals(List.of("called"), trail);
    }

    // Conformance 47: test_events.py::HandleTests::test_callback_with_exception
    @Test
    void callback_throws_goesToTheHandlerAndTheLoopGoesOn() {
        var failure = new IllegalStateException("broken");
        var reports = new ArrayList<ExceptionContext>();
        loop.setExceptionHandler((l, report) -> {
            assertSame(loop, l);
            reports.add(report);
        });
        Handle handle = loop.callSoon(() -> {
            throw failure;
        });
        loop.callSoon(() -> trail.add("later entry"));
        loop.callSoon(loop::stop);
        loop.runForever();
        assertEquals(1, reports.size());
        assertTrue(
                reports.getFirst().message().startsWith("callback failed: "),
                reports.getFirst().message());
        assertSame(failure, reports.getFirst().exception());
        assertSame(handle, reports.getFirst().handle());
        assertEquals(List.of("later entry"), trail);
    }

    @Test
    void callback_throwsChecked_goesToTheHandler() {
        var reports = new ArrayList<ExceptionContext>();
        loop.setExceptionHandler((l, report) -> reports.add(report));
        loop.callSoon(() -> {
            throw new java.io.IOException("checked");
        });
        loop.callSoon(loop::stop);
        loop.runForever();
        assertEquals("checked", reports.getFirst().exception().getMessage());
    }

    // Conformance 49: test_base_events.py::BaseEventLoopTests::test_check_thread
    @Test
    void callSoon_fromAForeignThread_isRefused() {
        loop.runUntilComplete(() -> {
            Future<String> future = loop.createFuture();
            TimerHandle timer = loop.callLater(Asyncio.seconds(1000), () -> fail("called"));
            List<Action> calls = List.of(
                    () -> loop.callSoon(() -> fail("called")),
                    () -> loop.callLater(Asyncio.seconds(0), () -> fail("called")),
                    () -> loop.callAt(0, () -> fail("called")),
                    () -> loop.createTask(() -> fail("called")),
                    loop::createFuture,
                    loop::stop,
                    timer::cancel,
                    () -> future.setResult("no"),
                    () -> future.setException(new RuntimeException()),
                    future::cancel,
                    () -> future.addDoneCallback(f -> fail("called")),
                    () -> loop.setExceptionHandler(null),
                    () -> loop.setTaskFactory(null),
                    () -> loop.runInExecutor(null, () -> fail("called")));
            for (Action call : calls) {
                var thrown = Asyncio.toThread(() -> assertThrows(IllegalStateException.class, call::run));
                assertTrue(thrown.getMessage().contains("EventLoop.callSoonThreadsafe"), thrown.getMessage());
                assertTrue(thrown.getMessage().contains("Asyncio.runCoroutineThreadsafe"), thrown.getMessage());
            }
            assertFalse(future.done());
            timer.cancel();
        });
    }

    @Test
    void exempt_fromAForeignThread_isAllowed() {
        loop.runUntilComplete(() -> {
            Task<?> self = Asyncio.currentTask();
            Future<String> future = loop.createFuture();
            Asyncio.toThread(() -> {
                assertTrue(loop.isRunning());
                assertFalse(loop.isClosed());
                assertFalse(loop.getDebug());
                assertTrue(loop.toString().contains("running"));
                assertTrue(self.toString().contains(self.getName()));
                assertTrue(future.toString().contains("pending"));
                assertTrue(Asyncio.allTasks(loop).contains(self));
                Handle handle = loop.callSoonThreadsafe(() -> future.setResult("done"));
                assertFalse(handle.cancelled());
            });
            assertEquals("done", future.await());
        });
    }

    @Test
    void callSoon_null_isRefused() {
        assertThrows(NullPointerException.class, () -> loop.callSoon(null));
        assertThrows(NullPointerException.class, () -> loop.callSoonThreadsafe(null));
    }

    @Test
    void callSoon_withoutContext_runsInACopyOfTheCallers() {
        ContextVar<String> variable = ContextVar.of("variable");
        variable.set("before");
        Handle handle = loop.callSoon(() -> {
            trail.add(variable.get());
            variable.set("changed in the callback");
        });
        variable.set("after");
        loop.callSoon(() -> {
            trail.add(variable.get());
            loop.stop();
        });
        loop.runForever();
        assertEquals(List.of("before", "after"), trail);
        assertEquals("after", variable.get());
        assertEquals("changed in the callback", handle.getContext().get(variable));
    }

    @Test
    void callSoon_withContext_runsInExactlyThat() {
        ContextVar<String> variable = ContextVar.of("variable");
        var context = new Context();
        Handle handle = loop.callSoon(() -> variable.set("set"), context);
        loop.callSoon(loop::stop);
        loop.runForever();
        assertSame(context, handle.getContext());
        assertEquals("set", context.get(variable));
    }

    @Test
    void callback_currentTask_isNull() {
        var asked = new AtomicBoolean();
        loop.runUntilComplete(() -> {
            loop.callSoon(() -> {
                assertNull(Asyncio.currentTask());
                asked.set(true);
            });
            Asyncio.yieldNow();
        });
        assertTrue(asked.get());
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
