package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

final class FutureTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();
    private final List<ExceptionContext> reports = new ArrayList<>();

    FutureTest() {
        loop.setExceptionHandler((l, context) -> reports.add(context));
    }

    @AfterEach
    void close() {
        loop.close();
    }

    // ---- states

    // Conformance 60: test_futures.py::BaseFutureTests::test_initial_state
    @Test
    void createFuture_isPending() {
        Future<String> future = loop.createFuture();
        assertFalse(future.done());
        assertFalse(future.cancelled());
        assertSame(loop, future.getLoop());
        assertThrows(InvalidStateException.class, future::result);
        assertThrows(InvalidStateException.class, future::exception);
    }

    // Conformance 61: test_futures.py::BaseFutureTests::test_constructor_without_loop
    @Test
    void createFuture_withoutARunningLoop_throws() {
        assertThrows(IllegalStateException.class, Asyncio::createFuture);
        loop.run(() -> assertSame(loop, Asyncio.createFuture().getLoop()));
    }

    // Conformance 62: test_futures.py::BaseFutureTests::test_cancel
    @Test
    void cancel_pending_endsItForGood() {
        Future<String> future = loop.createFuture();
        assertTrue(future.cancel());
        assertTrue(future.done());
        assertTrue(future.cancelled());
        assertThrows(CancelledError.class, future::result);
        assertThrows(CancelledError.class, future::exception);
        assertThrows(InvalidStateException.class, () -> future.setResult("late"));
        assertThrows(InvalidStateException.class, () -> future.setException(new IOException()));
        assertFalse(future.cancel());
        assertTrue(future.cancelled());
    }

    // Conformance 63: test_futures.py::BaseFutureTests::test_result
    @Test
    void setResult_pending_endsItForGood() {
        Future<String> future = loop.createFuture();
        future.setResult("value");
        assertTrue(future.done());
        assertFalse(future.cancelled());
        assertEquals("value", future.result());
        assertEquals("value", future.result());
        assertNull(future.exception());
        assertThrows(InvalidStateException.class, () -> future.setResult("again"));
        assertThrows(InvalidStateException.class, () -> future.setException(new IOException()));
        assertFalse(future.cancel());
        assertEquals("value", future.result());
    }

    @Test
    void setResult_null_isAValue() {
        Future<String> future = loop.createFuture();
        future.setResult(null);
        assertTrue(future.done());
        assertNull(future.result());
        assertNull(future.exception());
    }

    // test_futures.py::BaseFutureTests::test_exception
    @Test
    void setException_pending_endsItForGood() {
        Future<String> future = loop.createFuture();
        var failure = new IOException("x");
        assertThrows(NullPointerException.class, () -> future.setException(null));
        assertFalse(future.done());
        future.setException(failure);
        assertSame(failure, assertThrows(IOException.class, future::result));
        assertSame(failure, future.exception());
        assertFalse(future.cancelled());
        assertThrows(InvalidStateException.class, () -> future.setResult("late"));
        assertThrows(InvalidStateException.class, () -> future.setException(new IOException()));
        assertFalse(future.cancel());
    }

    @Test
    void setException_aCancelledError_failsRatherThanCancels() {
        Future<String> future = loop.createFuture();
        var error = new CancelledError("set");
        future.setException(error);
        assertFalse(future.cancelled());
        assertSame(error, future.exception());
        assertSame(error, assertThrows(CancelledError.class, future::result));
    }

    // Conformance 64: test_futures.py::BaseFutureTests::test_future_cancel_message_getter
    @Test
    void cancel_withAMessage_reachesTheError() {
        Future<String> future = loop.createFuture();
        future.cancel("why");
        assertEquals("why", assertThrows(CancelledError.class, future::result).getMessage());

        Future<String> awaited = loop.createFuture();
        loop.callSoon(() -> awaited.cancel("why not"));
        CancelledError error = assertThrows(CancelledError.class, () -> loop.run(() -> awaited.await()));
        assertEquals("why not", error.getMessage());

        Future<String> silent = loop.createFuture();
        silent.cancel();
        assertNull(assertThrows(CancelledError.class, silent::result).getMessage());
    }

    // ---- await

    @Test
    void await_severalTasks_allResumeInTheOrderTheyCame() {
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            var tasks = new ArrayList<Task<Void>>();
            for (int i = 0; i < 5; i++) {
                int number = i;
                tasks.add(Asyncio.createTask(() -> {
                    trail.add(number + future.await());
                }));
            }
            Asyncio.yieldNow();
            future.setResult("!");
            for (Task<Void> task : tasks) {
                task.await();
            }
        });
        assertEquals(List.of("0!", "1!", "2!", "3!", "4!"), trail);
    }

    @Test
    void await_severalTasksOnACancelledFuture_allGetTheSameError() {
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            var tasks = new ArrayList<Task<String>>();
            for (int i = 0; i < 3; i++) {
                tasks.add(Asyncio.createTask(() -> future.await()));
            }
            Asyncio.yieldNow();
            future.cancel("once");
            for (Task<String> task : tasks) {
                trail.add(assertThrows(CancelledError.class, task::await));
            }
            trail.add(assertThrows(CancelledError.class, future::result));
        });
        assertEquals(1, trail.stream().distinct().count(), "one object: " + trail);
    }

    @Test
    void await_failed_throwsTheVeryObjectToEveryone() {
        var failure = new IOException("disk");
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            Task<String> task = Asyncio.createTask(() -> future.await());
            Asyncio.yieldNow();
            future.setException(failure);
            assertSame(failure, assertThrows(IOException.class, () -> task.await(IOException.class)));
            assertSame(failure, assertThrows(IOException.class, future::await));
            assertNull(failure.getCause());
            assertEquals(0, failure.getSuppressed().length);
        });
    }

    @Test
    void await_declaringOneType_throwsOthersToo() {
        var failure = new IllegalArgumentException("other");
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            future.setException(failure);
            try {
                future.await(IOException.class);
            } catch (IOException e) {
                throw new AssertionError("not this one", e);
            } catch (IllegalArgumentException e) {
                trail.add(e);
            }
            assertThrows(NullPointerException.class, () -> future.await(null));
        });
        assertEquals(List.of(failure), trail);
    }

    @Test
    void await_outsideATask_namesWhatToDoInstead() {
        Future<String> future = loop.createFuture();
        assertMessage("outside a task", assertThrows(IllegalStateException.class, future::await));

        loop.callSoon(() -> trail.add(assertThrows(IllegalStateException.class, future::await)));
        loop.run(Asyncio::yieldNow);
        assertMessage("createTask", (Throwable) trail.get(0));
    }

    @Test
    void await_doneFutureInACallback_isAllowed() {
        Future<String> future = loop.createFuture();
        future.setResult("there");
        loop.callSoon(() -> trail.add(future.await()));
        loop.run(Asyncio::yieldNow);
        assertEquals(List.of("there"), trail);
    }

    // ---- threads

    @Test
    void anyMethod_onAnotherThreadWhileTheLoopRuns_throwsNamingTheDoors() throws Exception {
        Future<String> future = loop.createFuture();
        List<Executable> calls = List.of(
                future::done,
                future::cancelled,
                future::result,
                future::exception,
                future::await,
                future::cancel,
                future::toCompletableFuture,
                () -> future.setResult("x"),
                () -> future.setException(new IOException()),
                () -> future.addDoneCallback(f -> {}),
                () -> future.removeDoneCallback(f -> {}),
                loop::createFuture);
        loop.run(() -> {
            var foreign = new FutureTask<>(() -> {
                for (Executable call : calls) {
                    trail.add(assertThrows(IllegalStateException.class, call).getMessage());
                }
                trail.add(future.toString()); // exempt
                return null;
            });
            Thread thread = Thread.ofPlatform().start(foreign);
            thread.join();
            foreign.get();
        });
        assertEquals(calls.size() + 1, trail.size());
        for (Object message : trail.subList(0, calls.size())) {
            assertTrue(message.toString().contains("EventLoop.callSoonThreadsafe"), message.toString());
            assertTrue(message.toString().contains("Asyncio.runCoroutineThreadsafe"), message.toString());
        }
        assertEquals("Future[pending]", trail.getLast());
    }

    // ---- callbacks

    // Conformance 65: test_futures.py::BaseFutureDoneCallbackTests::test_callbacks_invoked_on_set_result
    @Test
    void addDoneCallback_setResult_runsThemThroughTheLoopInOrder() {
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            future.addDoneCallback(f -> trail.add("first " + f.result()));
            future.addDoneCallback(f -> trail.add("second " + (f == future)));
            future.setResult("value");
            trail.add("set");
            future.addDoneCallback(f -> trail.add("third"));
            Asyncio.yieldNow();
        });
        assertEquals(List.of("set", "first value", "second true", "third"), trail);
    }

    // Conformance 66: test_futures.py::BaseFutureDoneCallbackTests::test_callbacks_invoked_on_set_exception
    @Test
    void addDoneCallback_setException_runsThemThroughTheLoopInOrder() {
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            future.addDoneCallback(f -> trail.add(f.exception()));
            future.addDoneCallback(f -> trail.add("second"));
            var failure = new IOException();
            future.setException(failure);
            trail.add("set");
            Asyncio.yieldNow();
            assertEquals(List.of("set", failure, "second"), trail);
        });
    }

    @Test
    void addDoneCallback_cancel_runsThemThroughTheLoop() {
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            future.addDoneCallback(f -> trail.add(f.cancelled()));
            future.cancel();
            assertEquals(List.of(), trail);
            Asyncio.yieldNow();
        });
        assertEquals(List.of(true), trail);
    }

    @Test
    void addDoneCallback_twice_runsTwice() {
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            DoneCallback<String> callback = f -> trail.add("called");
            future.addDoneCallback(callback);
            future.addDoneCallback(callback);
            future.setResult("");
            Asyncio.yieldNow();
        });
        assertEquals(List.of("called", "called"), trail);
    }

    @Test
    void addDoneCallback_thatThrows_isReportedAndTheOthersRun() {
        var failure = new IOException("callback");
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            future.addDoneCallback(f -> {
                throw failure;
            });
            future.addDoneCallback(f -> trail.add("second"));
            future.setResult("");
            Asyncio.yieldNow();
        });
        assertEquals(List.of("second"), trail);
        assertEquals(1, reports.size());
        assertSame(failure, reports.get(0).exception());
        assertTrue(
                reports.get(0).message().startsWith("callback failed"),
                reports.get(0).message());
        assertInstanceOf(Handle.class, reports.get(0).get("handle"));
    }

    // Conformance 67: test_futures.py::BaseFutureDoneCallbackTests::test_remove_done_callback
    @Test
    void removeDoneCallback_removesAllEqualRegistrations() {
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            DoneCallback<String> one = f -> trail.add("one");
            DoneCallback<String> two = f -> trail.add("two");
            DoneCallback<String> three = f -> trail.add("three");
            for (DoneCallback<String> callback : List.of(one, two, two, three, three, two)) {
                future.addDoneCallback(callback);
            }
            assertEquals(3, future.removeDoneCallback(two));
            assertEquals(0, future.removeDoneCallback(two));
            assertEquals(1, future.removeDoneCallback(one));
            future.setResult("");
            assertEquals(0, future.removeDoneCallback(three), "those of a done future are queued");
            Asyncio.yieldNow();
        });
        assertEquals(List.of("three", "three"), trail);
    }

    // Conformance 68: test_futures.py::BaseFutureDoneCallbackTests::test_schedule_callbacks_list_mutation_1
    @Test
    void removeDoneCallback_insideACallback_isSafe() {
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            DoneCallback<String> other = f -> trail.add("other");
            future.addDoneCallback(f -> {
                trail.add("remover");
                trail.add(future.removeDoneCallback(other));
            });
            future.addDoneCallback(other);
            future.setResult("");
            Asyncio.yieldNow();
        });
        assertEquals(List.of("remover", 0, "other"), trail);
    }

    // test_futures.py::BaseFutureDoneCallbackTests::test_remove_done_callbacks_list_mutation
    @Test
    void removeDoneCallback_equalsThatChangesTheList_isSafe() {
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            DoneCallback<String> plain = f -> trail.add("plain");
            future.addDoneCallback(plain);
            future.addDoneCallback(new DoneCallback<>() {
                @Override
                public void done(Future<? extends String> f) {
                    trail.add("mutator");
                }

                @Override
                public boolean equals(Object other) {
                    if (other == plain) {
                        return false;
                    }
                    future.removeDoneCallback(plain);
                    future.addDoneCallback(f -> trail.add("added"));
                    return true;
                }

                @Override
                public int hashCode() {
                    return 1;
                }
            });
            DoneCallback<String> wanted = f -> {};
            assertEquals(1, future.removeDoneCallback(wanted));
            future.setResult("");
            Asyncio.yieldNow();
        });
        assertEquals(List.of("added"), trail);
    }

    // ---- exceptions nobody looks at

    // Conformance 69: test_futures.py::BaseFutureTests::test_tb_logger_exception_unretrieved
    @Test
    void unretrievedException_atLoopClose_isReportedOnce() {
        var failure = new IOException("lost");
        Future<String> future = loop.createFuture();
        future.setException(failure);
        loop.close();
        loop.close();
        assertEquals(1, reports.size());
        ExceptionContext report = reports.get(0);
        assertTrue(report.message().startsWith("unretrieved exception in future"), report.message());
        assertSame(failure, report.exception());
        assertSame(future, report.future());
        assertNull(report.sourceTraceback(), "only in debug mode");
    }

    @Test
    void unretrievedException_inDebugMode_saysWhereTheFutureWasMade() {
        loop.setDebug(true);
        loop.createFuture().setException(new IOException("lost"));
        loop.close();
        List<StackTraceElement> made = reports.get(0).sourceTraceback();
        assertTrue(
                made.stream().anyMatch(frame -> frame.getClassName().equals(FutureTest.class.getName())),
                made.toString());
    }

    @Test
    @Timeout(60)
    void unretrievedException_ofAnUnreachableFuture_isReportedByTheRunningLoop() {
        loop.run(() -> Asyncio.createFuture().setException(new IOException("lost")));
        while (reports.isEmpty()) {
            System.gc();
            loop.runReady(); // the report comes as an entry of the loop
        }
        assertEquals(1, reports.size());
        assertTrue(
                reports.get(0).message().startsWith("unretrieved exception in future"),
                reports.get(0).message());
        assertEquals("lost", reports.get(0).exception().getMessage());
        loop.close();
        assertEquals(1, reports.size());
    }

    // Conformance 70: test_futures.py::BaseFutureTests::test_tb_logger_exception_retrieved
    @Test
    void exception_countsAsRetrieval() {
        Future<String> future = loop.createFuture();
        future.setException(new IOException());
        future.exception();
        loop.close();
        assertEquals(List.of(), reports);
    }

    // Conformance 71: test_futures.py::BaseFutureTests::test_tb_logger_exception_result_retrieved
    @Test
    void result_countsAsRetrieval() {
        Future<String> future = loop.createFuture();
        future.setException(new IOException());
        assertThrows(IOException.class, future::result);
        loop.close();
        assertEquals(List.of(), reports);
    }

    @Test
    void await_countsAsRetrieval() {
        Future<String> future = loop.createFuture();
        loop.callSoon(() -> future.setException(new IOException()));
        assertThrows(IOException.class, () -> loop.run(() -> future.await(IOException.class)));
        loop.close();
        assertEquals(List.of(), reports);
    }

    // Conformance 72: test_futures.py::BaseFutureTests::test_tb_logger_result_unretrieved
    @Test
    void unretrievedValue_isNotReported() {
        loop.createFuture().setResult("ignored");
        loop.createFuture().cancel();
        loop.createFuture();
        loop.close();
        assertEquals(List.of(), reports);
    }

    // Conformance 73: test_futures.py::BaseFutureTests::test_tb_logger_not_called_after_cancel
    @Test
    void cancel_ofAFailedFuture_withdrawsTheReport() {
        Future<String> future = loop.createFuture();
        future.setException(new IOException());
        assertFalse(future.cancel());
        loop.close();
        assertEquals(List.of(), reports);
    }

    // ---- descriptions

    // Conformance 78: test_futures.py::BaseFutureTests::test_future_repr
    @Test
    void toString_showsStateAndCountsCallbacks() {
        Future<Object> future = loop.createFuture();
        assertEquals("Future[pending]", future.toString());
        future.addDoneCallback(f -> {});
        assertEquals("Future[pending, callbacks: dev.weft.FutureTest lambda]", future.toString());
        future.addDoneCallback(f -> {});
        future.addDoneCallback(f -> {});
        future.addDoneCallback(f -> {});
        assertEquals(
                "Future[pending, callbacks: dev.weft.FutureTest lambda, dev.weft.FutureTest lambda and 2 more]",
                future.toString());
        future.setResult("a value");
        assertEquals("Future[done, value: 'a value']", future.toString());

        Future<Object> failed = loop.createFuture();
        failed.setException(new IOException("secret"));
        failed.exception();
        assertEquals("Future[failed: java.io.IOException]", failed.toString());
        Future<Object> cancelled = loop.createFuture();
        cancelled.cancel("why");
        assertEquals("Future[cancelled]", cancelled.toString());
    }

    @Test
    void toString_ofAnyValue_isBoundedAndCallsNobodysCode() {
        for (Object value : Arrays.asList(new Unprintable(), List.of(new Unprintable()), null, 1, 2L, true, 0.5)) {
            Future<Object> future = loop.createFuture();
            future.setResult(value);
            assertTrue(future.toString().startsWith("Future[done, value: "), future::toString);
        }
        Future<Object> itself = loop.createFuture();
        itself.setResult(itself);
        assertEquals("Future[done, value: dev.weft.Future]", itself.toString());
        Future<Object> longer = loop.createFuture();
        longer.setResult("x".repeat(100_000));
        assertTrue(longer.toString().length() < 300, () -> longer.toString().length() + " characters");
    }

    private static final class Unprintable {
        @Override
        public String toString() {
            throw new AssertionError("toString() of a user's object");
        }
    }

    // Conformance 79: test_futures2.py::FutureTests::test_future_traceback
    @Test
    void failedTask_exception_keepsItsStackTrace() {
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> raise());
            Throwable thrown = assertThrows(IOException.class, task::await);
            assertSame(thrown, task.exception());
            assertEquals("raise", thrown.getStackTrace()[0].getMethodName());
            StackTraceElement[] before = thrown.getStackTrace();
            assertThrows(IOException.class, task::await);
            assertEquals(List.of(before), List.of(thrown.getStackTrace()));
        });
    }

    private static void raise() throws IOException {
        throw new IOException("raised");
    }

    // ---- who waits for whom

    // test_graph.py::CallStackTestBase (futures that wait by other means than await)
    @Test
    void futureAddToAwaitedBy_isUndoneByAsManyDiscards() throws Exception {
        Future<String> future = loop.createFuture();
        Future<String> waiter = loop.createFuture();
        Asyncio.futureAddToAwaitedBy(future, waiter);
        Asyncio.futureAddToAwaitedBy(future, waiter);
        assertEquals(List.of(waiter), future.waiters());
        Asyncio.futureDiscardFromAwaitedBy(future, waiter);
        assertEquals(List.of(waiter), future.waiters());
        Asyncio.futureDiscardFromAwaitedBy(future, waiter);
        Asyncio.futureDiscardFromAwaitedBy(future, waiter);
        assertEquals(List.of(), future.waiters());
        assertFalse(future.done());
        assertThrows(NullPointerException.class, () -> Asyncio.futureAddToAwaitedBy(future, null));
        loop.run(() -> {
            var foreign = new FutureTask<>(() -> {
                Asyncio.futureAddToAwaitedBy(future, waiter);
                return null;
            });
            Thread.ofPlatform().start(foreign).join();
            assertInstanceOf(
                    IllegalStateException.class,
                    assertThrows(ExecutionException.class, foreign::get).getCause());
        });
    }

    @Test
    void cancelledError_eachFuture_hasItsOwn() {
        Future<String> one = loop.createFuture();
        Future<String> two = loop.createFuture();
        one.cancel();
        two.cancel();
        assertNotSame(assertThrows(CancelledError.class, one::result), assertThrows(CancelledError.class, two::result));
    }

    private static void assertMessage(String part, Throwable failure) {
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
    }
}
