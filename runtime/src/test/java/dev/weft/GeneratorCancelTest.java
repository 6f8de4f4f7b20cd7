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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Cancels and closing: what arrives in the body of a generator, and what comes out of it. */
final class GeneratorCancelTest {
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

    // ---- cancellation

    @Test
    void cancel_duringAStep_arrivesInTheBodyFirst() {
        loop.run(() -> {
            Generator<Integer> generator = generator(out -> {
                try {
                    out.emit(1);
                    sleep(seconds(10));
                } catch (CancelledError e) {
                    trail.add("body: " + e.getMessage());
                    throw e;
                }
            });
            Task<?> task = createTask(() -> {
                try {
                    for (int i : generator) {
                        trail.add(i);
                    }
                } catch (CancelledError e) {
                    trail.add("consumer: " + e.getMessage());
                    throw e;
                }
            });
            sleep(seconds(1));
            task.cancel("enough");
            assertEquals(
                    "enough", assertThrows(CancelledError.class, task::await).getMessage());
            assertTrue(task.cancelled());
            assertFalse(generator.hasNext());
        });
        assertEquals(List.of(1, "body: enough", "consumer: enough"), trail);
    }

    @Test
    void cancel_answeredByTheBody_doesNotReachTheConsumer() {
        loop.run(() -> {
            Generator<String> generator = generator(out -> {
                try {
                    sleep(seconds(10));
                } catch (CancelledError e) {
                    currentTask().uncancel();
                    out.emit("cancelled");
                }
            });
            Task<String> task = createTask(generator::next);
            yieldNow();
            task.cancel();
            assertEquals("cancelled", task.await());
            generator.close();
        });
    }

    @Test
    void cancel_pendingAtAStep_isDeliveredWhereTheBodyWaits() throws Exception {
        loop.run(() -> {
            Generator<Integer> generator = generator(out -> {
                out.emit(1);
                yieldNow();
                trail.add("not reached");
            });
            Task<?> task = createTask(() -> {
                currentTask().cancel();
                trail.add(generator.next()); // an emit is no wait
                generator.next();
            });
            assertThrows(CancelledError.class, task::await);
        });
        assertEquals(List.of(1), trail);
    }

    @Test
    void cancel_bodyInAForeignWait_interruptsItAndCountsAsCancelled() {
        var real = EventLoop.create();
        assumeTrue(real.foreignWaits() == EventLoop.ForeignWaits.PARK, "the loop goes on during foreign waits");
        try (real) {
            real.runUntilComplete(() -> {
                Generator<Integer> generator = generator(out -> {
                    out.emit(1);
                    Thread.sleep(Duration.ofMinutes(10));
                });
                Task<?> task = createTask(() -> generator.iterator().forEachRemaining(trail::add));
                while (trail.isEmpty()) {
                    yieldNow();
                }
                yieldNow();
                task.cancel("stop");
                CancelledError e = assertThrows(CancelledError.class, task::await);
                assertEquals("stop", e.getMessage());
                assertInstanceOf(InterruptedException.class, e.getCause());
                // Nothing of the interrupt is left for the next wait.
                sleep(millis(1));
            });
        }
    }

    @Test
    void timeout_aroundAStep_firesInsideTheBody() throws Exception {
        loop.run(() -> {
            Generator<Integer> generator = generator(out -> {
                try {
                    sleep(seconds(10));
                } finally {
                    trail.add("left at " + loop.time() / 1_000_000_000);
                }
            });
            assertThrows(
                    java.util.concurrent.TimeoutException.class,
                    () -> Asyncio.waitFor(() -> generator.iterator().next(), seconds(1)));
        });
        assertEquals(List.of("left at 1"), trail);
    }

    // ---- closing

    @Test
    void close_halfWay_runsFinallyBlocksThatWait() throws Exception {
        loop.run(() -> {
            Generator<Integer> generator = numbers(5);
            try (generator) {
                trail.add(generator.next());
            }
            trail.add("closed");
            generator.close();
            assertFalse(generator.hasNext());
        });
        assertEquals(List.of(0, "clean", "closed"), trail);
    }

    @Test
    void close_notBegun_justClosesIt() {
        Generator<Integer> generator = numbers(5);
        generator.close(); // no step, so no task is needed
        loop.run(() -> assertFalse(generator.hasNext()));
        assertEquals(List.of(), trail);
    }

    @Test
    void close_valueNotTaken_dropsIt() {
        loop.run(() -> {
            Generator<Integer> generator = numbers(5);
            assertTrue(generator.hasNext());
            generator.close();
            assertThrows(NoSuchElementException.class, generator::next);
        });
    }

    @Test
    void close_whileAnotherTaskCloses_waitsForThat() throws Exception {
        loop.run(() -> {
            Generator<Integer> generator = numbers(5);
            generator.next();
            Task<?> first = createTask(() -> generator.close());
            Task<?> cancelled = createTask(() -> generator.close());
            yieldNow();
            cancelled.cancel();
            assertThrows(CancelledError.class, cancelled::await);
            assertEquals(List.of(), trail);
            generator.close();
            assertEquals(List.of("clean"), trail);
            first.await();
        });
    }

    @Test
    void close_byTheBodyWhileItIsClosed_isRefused() throws Exception {
        var self = new AtomicReference<Generator<Integer>>();
        loop.run(() -> {
            self.set(generator(out -> {
                try {
                    out.emit(1);
                } finally {
                    self.get().close();
                }
            }));
            self.get().next();
            assertTrue(assertThrows(IllegalStateException.class, self.get()::close)
                    .getMessage()
                    .contains("already running"));
        });
    }

    @Test
    void close_exitSwallowed_endsQuietly() throws Exception {
        loop.run(() -> {
            Generator<Integer> generator = generator(out -> {
                try {
                    out.emit(1);
                } catch (GeneratorExit e) {
                    trail.add("exit");
                }
            });
            generator.next();
            generator.close();
        });
        assertEquals(List.of("exit"), trail);
    }

    @Test
    void close_bodyThrowing_throwsThat() throws Exception {
        loop.run(() -> {
            Generator<Integer> generator = generator(out -> {
                try {
                    out.emit(1);
                } finally {
                    throwIo();
                }
            });
            generator.next();
            assertThrows(UncheckedIOException.class, generator::close);
            assertFalse(generator.hasNext());
        });
    }

    private static void throwIo() throws IOException {
        throw new IOException("while cleaning up");
    }

    // Conformance 474: ../test_asyncgen.py::AsyncGenAsyncioTest::test_async_gen_asyncio_aclose_06
    @Test
    void close_bodyEmitting_throws() throws Exception {
        loop.run(() -> {
            Generator<Integer> generator = generator(out -> {
                try {
                    out.emit(1);
                } finally {
                    try {
                        sleep(millis(10));
                        out.emit(12);
                    } finally {
                        trail.add("outer finally");
                    }
                }
            });
            generator.next();
            assertTrue(assertThrows(IllegalStateException.class, generator::close)
                    .getMessage()
                    .contains("emitted a value while being closed"));
            assertFalse(generator.hasNext());
        });
        assertEquals(List.of("outer finally"), trail);
    }

    @Test
    void close_bodyEmittingAndSwallowingTheRefusal_throwsAllTheSame() throws Exception {
        loop.run(() -> {
            Generator<Integer> generator = generator(out -> {
                try {
                    out.emit(1);
                } catch (GeneratorExit e) {
                    assertThrows(IllegalStateException.class, () -> out.emit(2));
                }
            });
            generator.next();
            assertThrows(IllegalStateException.class, generator::close);
        });
    }

    @Test
    void close_bodyThatGoesOnEmittingForEver_isGivenUp() throws Exception {
        loop.run(() -> {
            Generator<Integer> generator = generator(out -> {
                while (true) {
                    try {
                        out.emit(1);
                    } catch (Throwable e) {
                        trail.add(e.getClass());
                    }
                }
            });
            generator.next();
            assertThrows(IllegalStateException.class, generator::close);
            assertFalse(generator.hasNext());
        });
        assertEquals(GeneratorExit.class, trail.getFirst());
        assertEquals(IllegalStateException.class, trail.getLast());
    }

    @Test
    void close_holdingATaskGroup_closesQuietly() throws Exception {
        loop.run(() -> {
            Generator<Integer> generator = generator(out -> Asyncio.taskGroup(group -> {
                group.createTask(() -> {
                    try {
                        waitForEver();
                    } finally {
                        trail.add("child cancelled");
                    }
                });
                yieldNow();
                out.emit(1);
            }));
            assertEquals(1, generator.next());
            generator.close();
        });
        assertEquals(List.of("child cancelled"), trail);
    }

    private static void waitForEver() {
        Asyncio.createFuture().await();
    }
}
