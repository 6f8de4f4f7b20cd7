package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.currentTask;
import static dev.weft.Asyncio.generator;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.testing.TestLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/** Generators left half-way: closed by the loop, at the latest at its end. */
final class GeneratorShutdownTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();

    /** Waits before each value and while cleaning up. */
    private Generator<Integer> numbers(int count) {
        return generator(out -> {
            try {
                for (int i = 0; i < count; i++) {
                    sleep(millis(10));
                    out.emit(i);
                }
                trail.add("end");
            } finally {
                sleep(millis(10));
                trail.add("clean");
            }
        });
    }

    // ---- what becomes of generators left half-way

    // Conformance 475: ../test_asyncgen.py::AsyncGenAsyncioTest::test_async_gen_asyncio_gc_aclose_09
    @Test
    void unreachable_halfWay_isClosedByATaskOfItsLoop() throws Exception {
        Asyncio.run(() -> {
            EventLoop here = Asyncio.getRunningLoop();
            Future<Task<?>> closed = here.createFuture();
            leaveHalfWay(closed);
            Task<?> collecting = createTask(() -> {
                while (!closed.done()) {
                    System.gc();
                    sleep(millis(5));
                }
            });
            Task<?> closer = Asyncio.waitFor(closed, seconds(60));
            assertFalse(closer == currentTask() || closer == collecting);
            collecting.await();
        });
    }

    private static void leaveHalfWay(Future<Task<?>> closed) throws Exception {
        Generator<Integer> generator = generator(out -> {
            try {
                while (true) {
                    out.emit(1);
                }
            } finally {
                sleep(millis(1));
                closed.setResult(currentTask());
            }
        });
        generator.next();
        for (int i : generator) {
            assertEquals(1, i);
            break;
        }
    }

    // Conformance 476: ../test_asyncgen.py::AsyncGenAsyncioTest::test_async_gen_asyncio_shutdown_01
    @Test
    void shutdownAsyncgens_generatorsOfCancelledTasks_areClosed() {
        var kept = new ArrayList<Generator<Integer>>();
        List<Task<?>> tasks = new ArrayList<>();
        loop.run(() -> {
            for (int i = 0; i < 2; i++) {
                // One is cancelled inside its generator, one outside of it: that generator is left half-way.
                boolean inside = i == 0;
                tasks.add(createTask(() -> {
                    Generator<Integer> generator = numbers(3);
                    kept.add(generator);
                    for (int x : generator) {
                        trail.add(x);
                        sleep(inside ? Duration.ZERO : seconds(10));
                    }
                }));
            }
            sleep(millis(15));
            for (Task<?> task : tasks) {
                task.cancel();
                assertThrows(CancelledError.class, task::await);
            }
            assertEquals(List.of(0, 0, "clean"), trail);
            loop.shutdownAsyncgens();
            assertEquals(List.of(0, 0, "clean", "clean"), trail);
            for (Generator<Integer> generator : kept) {
                assertFalse(generator.hasNext());
            }
        });
    }

    @Test
    void shutdownAsyncgens_several_closesThemAtTheSameTime() throws Exception {
        var kept = new ArrayList<Generator<Integer>>();
        loop.run(() -> {
            for (int i = 0; i < 5; i++) {
                kept.add(numbers(2));
                kept.get(i).next();
            }
            long before = loop.time();
            loop.shutdownAsyncgens();
            assertEquals(millis(10).toNanos(), loop.time() - before);
            loop.shutdownAsyncgens();
        });
        assertEquals(5, trail.size());
    }

    @Test
    void shutdownAsyncgens_generatorsHoldingGenerators_closesEachOnce() throws Exception {
        var reports = new ArrayList<ExceptionContext>();
        loop.setExceptionHandler((l, report) -> reports.add(report));
        loop.run(() -> {
            for (boolean innerFirst : List.of(true, false)) {
                Generator<Integer> inner = numbers(3);
                Generator<Integer> outer = generator(out -> {
                    try (inner) {
                        if (!innerFirst) {
                            out.emit(-1);
                        }
                        out.emit(inner.next());
                    } finally {
                        trail.add("outer");
                    }
                });
                if (!innerFirst) {
                    outer.next();
                }
                assertEquals(0, outer.next());
                loop.shutdownAsyncgens();
                assertEquals(List.of("clean", "outer"), trail);
                trail.clear();
            }
        });
        assertEquals(List.of(), reports);
    }

    // Conformance 477: ../test_asyncgen.py::AsyncGenAsyncioTest::test_async_gen_asyncio_shutdown_exception_01
    @Test
    void shutdownAsyncgens_bodyThrowing_tellsTheHandler() throws Exception {
        var reports = new ArrayList<ExceptionContext>();
        loop.setExceptionHandler((l, report) -> reports.add(report));
        var boom = new IllegalStateException("boom");
        loop.run(() -> {
            Generator<Integer> generator = generator(out -> {
                try {
                    out.emit(1);
                } finally {
                    throwIt(boom);
                }
            });
            generator.next();
            loop.shutdownAsyncgens();
            assertEquals(1, reports.size());
            assertSame(generator, reports.getFirst().asyncgen());
            assertSame(boom, reports.getFirst().exception());
            assertTrue(reports.getFirst().message().contains(generator.toString()));
        });
    }

    private static void throwIt(RuntimeException e) {
        throw e;
    }

    @Test
    void shutdownAsyncgens_callerCancelled_cancelsTheClosing() throws Exception {
        loop.run(() -> {
            Generator<Integer> generator = generator(out -> {
                try {
                    out.emit(1);
                } finally {
                    try {
                        waitForEver();
                    } finally {
                        trail.add("gave up cleaning");
                    }
                }
            });
            generator.next();
            Task<?> task = createTask(() -> loop.shutdownAsyncgens());
            sleep(seconds(1));
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            yieldNow();
        });
        assertEquals(List.of("gave up cleaning"), trail);
    }

    @Test
    void firstStep_afterShutdown_worksWithAWarning() throws Exception {
        try (var log = new LogCapture()) {
            loop.run(() -> {
                loop.shutdownAsyncgens();
                assertEquals(List.of(), log.messages(Level.WARN));
                Generator<Integer> generator = numbers(1);
                assertEquals(0, generator.next());
                assertFalse(generator.hasNext());
                assertTrue(log.only("first iterated after shutdownAsyncgens")
                        .message()
                        .contains("Generator["));
            });
        }
    }

    // Conformance 6: test_runners.py::RunTests::test_asyncio_run_closes_gens_after_hanging_tasks_errors
    @Test
    void run_mainAndLeftOverTasksFailing_closesGenerators() throws Exception {
        var kept = new ArrayList<Generator<Integer>>();
        var reports = new ArrayList<ExceptionContext>();
        var boom = new IllegalArgumentException("main");
        var thrown = assertThrows(
                IllegalArgumentException.class,
                () -> Asyncio.run(() -> {
                    Asyncio.getRunningLoop().setExceptionHandler((l, report) -> reports.add(report));
                    Generator<Integer> left = numbers(2);
                    kept.add(left);
                    left.next();
                    createTask(() -> {
                        kept.add(numbers(1000));
                        try {
                            for (int i : kept.get(1)) {
                                trail.add(i);
                            }
                        } catch (CancelledError e) {
                            throw new ArithmeticException("left-over task");
                        }
                    });
                    yieldNow();
                    throw boom;
                }));
        assertSame(boom, thrown);
        assertEquals(List.of("clean", "clean"), trail);
        assertEquals(1, reports.size());
        assertInstanceOf(ArithmeticException.class, reports.getFirst().exception());
        for (Generator<Integer> generator : kept) {
            assertEquals("Generator[dev.weft.GeneratorShutdownTest lambda, finished]", generator.toString());
        }
    }

    @Test
    void loopClosed_generatorHalfWay_runsNoMoreOfIt() throws Exception {
        Generator<Integer> generator = numbers(3);
        assertEquals(0, loop.run(generator::next));
        Task<?> inside = loop.createTask(() -> numbers(1).next());
        loop.runReady();
        try (var log = new LogCapture()) {
            loop.close();
            log.only("task dropped while pending");
        }
        assertFalse(inside.done());
        assertFalse(generator.hasNext());
        generator.close();
        assertEquals(List.of(), trail);
    }

    private static void waitForEver() {
        Asyncio.createFuture().await();
    }

    @Test
    void loopClosed_bodyInAForeignWait_endsThatWaitAndNothingElse() throws Exception {
        var real = EventLoop.create();
        assumeTrue(real.foreignWaits() == EventLoop.ForeignWaits.PARK, "the loop goes on during foreign waits");
        var failures = new ArrayList<Throwable>();
        var threads = new ArrayList<Thread>();
        try (var log = new LogCapture()) {
            Task<?> task = real.createTask(() -> Asyncio.<Integer>generator(out -> {
                        Thread.currentThread().setUncaughtExceptionHandler((t, e) -> failures.add(e));
                        threads.add(Thread.currentThread());
                        try {
                            Thread.sleep(Duration.ofMinutes(10));
                        } finally {
                            trail.add("interrupted");
                        }
                    })
                    .next());
            real.runUntilComplete(() -> {
                while (threads.isEmpty()) {
                    yieldNow();
                }
                yieldNow();
            });
            real.close();
            threads.getFirst().join();
            log.only("task dropped while pending");
            assertFalse(task.done());
        }
        assertEquals(List.of("interrupted"), trail);
        assertEquals(List.of(), failures);
    }

    @Test
    void body_logs_withItsConsumersDiagnosticContext() throws Exception {
        loop.run(() -> {
            MDC.put("request", "42");
            Generator<String> generator = generator(out -> out.emit(MDC.get("request")));
            assertEquals("42", generator.next());
            generator.close();
        });
    }
}
