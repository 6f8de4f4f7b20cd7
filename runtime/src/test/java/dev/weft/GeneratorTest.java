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
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Steps of a generator: values, order, failures, whose task it is. */
final class GeneratorTest {
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

    // ---- steps

    // Conformance 473: ../test_asyncgen.py::AsyncGenAsyncioTest::test_async_gen_asyncio_01
    @Test
    void iteration_suspendingBody_givesValuesInOrder() {
        loop.run(() -> {
            for (int i : numbers(3)) {
                trail.add(i);
            }
        });
        assertEquals(List.of(0, 1, 2, "end", "clean"), trail);
        assertEquals(millis(40).toNanos(), loop.time());
    }

    @Test
    void creation_noStep_runsNothing() {
        loop.run(() -> {
            Generator<Integer> unused = generator(out -> trail.add("ran"));
            yieldNow();
            assertEquals("Generator[dev.weft.GeneratorTest lambda, not begun]", unused.toString());
        });
        assertEquals(List.of(), trail);
    }

    @Test
    void body_betweenSteps_doesNotRun() throws Exception {
        loop.run(() -> {
            Generator<String> generator = generator(out -> {
                trail.add("body 1");
                out.emit("a");
                trail.add("body 2");
                out.emit("b");
                trail.add("body 3");
            });
            trail.add(generator.next());
            sleep(seconds(1));
            trail.add(generator.next());
            sleep(seconds(1));
            trail.add(generator.hasNext());
        });
        assertEquals(List.of("body 1", "a", "body 2", "b", "body 3", false), trail);
    }

    @Test
    void step_bodyThatDoesNotWait_takesNoIteration() {
        loop.run(() -> {
            createTask(() -> trail.add("other task"));
            for (int i : Asyncio.<Integer>generator(out -> {
                out.emit(1);
                out.emit(2);
            })) {
                trail.add(i);
            }
        });
        assertEquals(List.of(1, 2, "other task"), trail);
    }

    @Test
    void hasNext_askedTwice_stepsOnce() throws Exception {
        loop.run(() -> {
            Generator<String> generator = generator(out -> {
                trail.add("step");
                out.emit(null);
            });
            assertTrue(generator.hasNext());
            assertTrue(generator.hasNext());
            assertNull(generator.next());
            assertFalse(generator.hasNext());
            assertFalse(generator.hasNext());
            assertThrows(NoSuchElementException.class, generator::next);
            assertThrows(NoSuchElementException.class, generator.iterator()::next);
        });
        assertEquals(List.of("step"), trail);
    }

    @Test
    void iterator_secondOne_goesOnWhereTheFirstStopped() {
        loop.run(() -> {
            try (Generator<Integer> generator = numbers(4)) {
                for (int i : generator) {
                    trail.add(i);
                    if (i == 1) {
                        break;
                    }
                }
                for (int i : generator) {
                    trail.add(i);
                }
                for (int i : generator) {
                    trail.add("again " + i);
                }
            }
        });
        assertEquals(List.of(0, 1, 2, 3, "end", "clean"), trail);
    }

    @Test
    void body_isPartOfItsConsumersTask() throws Exception {
        ContextVar<String> name = ContextVar.of("name");
        loop.run(() -> {
            Generator<String> generator = generator(out -> {
                while (true) {
                    yieldNow();
                    name.set(name.get() + "!");
                    out.emit(currentTask().getName() + " " + name.get());
                }
            });
            for (String who : List.of("first", "second")) {
                Action step = () -> {
                    name.set(who);
                    trail.add(generator.next());
                    trail.add(name.get());
                };
                createTask(step, who).await();
            }
            generator.close();
        });
        assertEquals(List.of("first first!", "first!", "second second!", "second!"), trail);
    }

    @Test
    void context_enteredByTheBody_doesNotLeakToTheConsumer() throws Exception {
        ContextVar<String> name = ContextVar.withDefault("name", "unset");
        var inner = new Context();
        loop.run(() -> {
            Generator<String> generator = generator(out -> {
                inner.run(() -> {
                    name.set("inner");
                    out.emit(name.get());
                    out.emit(name.get());
                });
                out.emit(name.get());
            });
            for (String who : List.of("first", "second", "third")) {
                createTask(() -> {
                            name.set(who);
                            trail.add(generator.next());
                            trail.add(name.get());
                        })
                        .await();
            }
            generator.close();
        });
        assertEquals(List.of("inner", "first", "inner", "second", "third", "third"), trail);
    }

    @Test
    void generators_nested_stackUp() {
        loop.run(() -> {
            Generator<Integer> outer = generator(out -> {
                for (int i : numbers(3)) {
                    sleep(millis(1));
                    out.emit(i * 10);
                }
                trail.add("outer end");
            });
            for (int i : outer) {
                trail.add(i);
            }
        });
        assertEquals(List.of(0, 10, 20, "end", "clean", "outer end"), trail);
    }

    @Test
    void getStack_waitingInNestedBodies_showsAllOfThem() {
        loop.run(() -> {
            Task<?> task = createTask(() -> consume(waitingGenerator()));
            yieldNow();
            yieldNow();
            List<String> methods = task.getStack().stream()
                    .map(StackTraceElement::getMethodName)
                    .filter(method -> method.equals("consume") || method.equals("waitForEver"))
                    .toList();
            assertEquals(List.of("consume", "consume", "waitForEver"), methods);
            task.cancel();
        });
    }

    private static void consume(Generator<Integer> generator) {
        for (int i : generator) {
            assertEquals(0, i);
        }
    }

    private static Generator<Integer> waitingGenerator() {
        return generator(out -> consume(generator(inner -> waitForEver())));
    }

    private static void waitForEver() {
        Asyncio.createFuture().await();
    }

    @Test
    void eagerTask_waitingInsideAGenerator_letsItsCreatorGoOn() {
        loop.run(() -> {
            Task<?> task = createTask(
                    () -> {
                        for (int i : Asyncio.<Integer>generator(out -> {
                            out.emit(1);
                            yieldNow();
                            trail.add("body again");
                            out.emit(2);
                        })) {
                            trail.add(i);
                        }
                    },
                    TaskOptions.DEFAULT.eagerStart(true));
            trail.add("creator");
            task.await();
        });
        assertEquals(List.of(1, "creator", "body again", 2), trail);
    }

    @Test
    void eagerTask_startedByTheBody_letsTheBodyGoOn() {
        loop.run(() -> {
            Generator<Integer> generator = generator(out -> {
                Task<?> task = createTask(
                        () -> {
                            trail.add("task");
                            yieldNow();
                            trail.add("task again");
                        },
                        TaskOptions.DEFAULT.eagerStart(true));
                trail.add("body");
                out.emit(1);
                task.await();
            });
            generator.forEach(trail::add);
            assertFalse(generator.hasNext());
        });
        assertEquals(List.of("task", "body", 1, "task again"), trail);
    }

    // ---- failures

    @Test
    void body_throwing_endsTheGeneratorWithThatException() throws Exception {
        loop.run(() -> {
            var boom = new IllegalArgumentException("boom");
            Generator<Integer> generator = generator(out -> {
                out.emit(1);
                throw boom;
            });
            var iterator = generator.iterator();
            assertEquals(1, iterator.next());
            assertSame(boom, assertThrows(IllegalArgumentException.class, iterator::next));
            assertFalse(iterator.hasNext());
            assertEquals("Generator[dev.weft.GeneratorTest lambda, finished]", generator.toString());
        });
    }

    @Test
    void body_throwingChecked_isWrappedByIteratorsOnly() {
        loop.run(() -> {
            var io = new IOException("io");
            var other = new Exception("other");
            assertSame(io, assertThrows(IOException.class, failing(io)::next));
            assertSame(
                    io,
                    assertThrows(UncheckedIOException.class, failing(io)::hasNext)
                            .getCause());
            assertSame(other, assertThrows(Exception.class, failing(other)::next));
            assertSame(
                    io,
                    assertThrows(UncheckedIOException.class, failing(io).iterator()::next)
                            .getCause());
            assertSame(
                    other,
                    assertThrows(CompletionException.class, failing(other).iterator()::hasNext)
                            .getCause());
            assertSame(
                    io,
                    assertThrows(UncheckedIOException.class, () -> failing(io).forEach(trail::add))
                            .getCause());
        });
    }

    private static Generator<Integer> failing(Exception e) {
        return generator(out -> {
            throw e;
        });
    }

    @Test
    void step_whileAnotherOneWaits_isRefused() throws Exception {
        loop.run(() -> {
            Generator<Integer> generator = numbers(2);
            Task<Integer> first = createTask(generator::next);
            yieldNow();
            assertTrue(assertThrows(IllegalStateException.class, generator::next)
                    .getMessage()
                    .contains("already running"));
            assertThrows(IllegalStateException.class, generator.iterator()::hasNext);
            assertThrows(IllegalStateException.class, generator::close);
            assertThrows(IllegalStateException.class, () -> generator.forEach(trail::add));
            assertEquals(0, first.await());
            assertEquals(1, generator.next());
            generator.close();
        });
    }

    @Test
    void step_fromTheBodyItself_isRefused() throws Exception {
        var self = new AtomicReference<Generator<Integer>>();
        loop.run(() -> {
            self.set(generator(out -> self.get().next()));
            assertTrue(assertThrows(IllegalStateException.class, self.get()::next)
                    .getMessage()
                    .contains("already running"));
        });
    }

    @Test
    void step_outsideATask_isRefused() throws Exception {
        Generator<Integer> fresh = numbers(1);
        assertThrows(IllegalStateException.class, fresh::next);
        Generator<Integer> begun = numbers(2);
        loop.run(() -> {
            Future<Throwable> seen = loop.createFuture();
            begun.next();
            loop.callSoon(() -> seen.setResult(assertThrows(IllegalStateException.class, begun::next)));
            assertTrue(seen.await().getMessage().contains("outside a task"));
            var foreign = new Thread(() -> trail.add(assertThrows(IllegalStateException.class, begun::next)
                    .getMessage()
                    .contains("callSoonThreadsafe")));
            foreign.start();
            foreign.join();
            begun.close();
        });
        assertEquals(List.of("clean", true), trail.reversed());
        var other = new TestLoop();
        Generator<Integer> half = numbers(2);
        assertEquals(0, loop.run(half::next));
        other.run(() -> assertTrue(assertThrows(IllegalStateException.class, half::next)
                .getMessage()
                .contains("another loop")));
        loop.run(half::close);
    }

    @Test
    void emit_notByTheBody_isRefused() throws Exception {
        loop.run(() -> {
            var leaked = new AtomicReference<Emitter<Integer>>();
            Generator<Integer> generator = generator(out -> {
                leaked.set(out);
                createTask(() -> assertThrows(IllegalStateException.class, () -> out.emit(7)))
                        .await();
                out.emit(1);
            });
            assertEquals(1, generator.next());
            assertTrue(
                    assertThrows(IllegalStateException.class, () -> leaked.get().emit(2))
                            .getMessage()
                            .contains("only be called by the generator's own body"));
            assertFalse(generator.hasNext());
            assertThrows(IllegalStateException.class, () -> leaked.get().emit(3));
        });
    }
}
