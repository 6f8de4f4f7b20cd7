package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.generator;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The form in which the body runs on its consumer's stack. */
final class GeneratorForEachTest {
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

    // ---- forEach

    @Test
    void forEach_runsTheBodyOnTheConsumersThread() {
        loop.run(() -> {
            Thread consumer = Thread.currentThread();
            numbersOn(consumer).forEach(i -> {
                yieldNow();
                trail.add(i);
            });
        });
        assertEquals(List.of(0, 1, "same thread"), trail);
    }

    private Generator<Integer> numbersOn(Thread thread) {
        return generator(out -> {
            out.emit(0);
            sleep(millis(1));
            out.emit(1);
            assertSame(thread, Thread.currentThread());
            trail.add("same thread");
        });
    }

    @Test
    void forEach_begunAlready_goesOnWithTheRest() throws Exception {
        loop.run(() -> {
            Generator<Integer> generator = numbers(3);
            generator.next();
            generator.forEach(trail::add);
        });
        assertEquals(List.of(1, 2, "end", "clean"), trail);
    }

    @Test
    void forEach_actionThrowing_closesTheGeneratorAndThrows() {
        loop.run(() -> {
            var boom = new IllegalArgumentException("boom");
            for (boolean begun : List.of(false, true)) {
                Generator<Integer> generator = numbers(3);
                if (begun) {
                    assertTrue(generator.hasNext());
                }
                assertSame(
                        boom,
                        assertThrows(
                                IllegalArgumentException.class,
                                () -> generator.forEach(i -> {
                                    throw boom;
                                })));
                assertFalse(generator.hasNext());
            }
        });
        assertEquals(List.of("clean", "clean"), trail);
    }

    @Test
    void forEach_actionAndCleanUpThrowing_keepsTheSecondAsSuppressed() {
        loop.run(() -> {
            for (boolean begun : List.of(false, true)) {
                var boom = new IllegalArgumentException("boom");
                Generator<Integer> generator = generator(out -> {
                    try {
                        out.emit(1);
                    } finally {
                        throwIo();
                    }
                });
                if (begun) {
                    assertTrue(generator.hasNext());
                }
                Throwable thrown = assertThrows(
                        IllegalArgumentException.class,
                        () -> generator.forEach(i -> {
                            throw boom;
                        }));
                assertSame(boom, thrown);
                assertEquals(1, boom.getSuppressed().length);
            }
        });
    }

    @Test
    void forEach_cancelled_arrivesWhereTheTaskWaits() {
        loop.run(() -> {
            Task<?> inBody = createTask(() -> numbers(3).forEach(trail::add));
            Task<?> inAction = createTask(() -> numbers(3).forEach(i -> waitForEver()));
            sleep(millis(15));
            inBody.cancel("body");
            inAction.cancel("action");
            assertEquals(
                    "body", assertThrows(CancelledError.class, inBody::await).getMessage());
            assertEquals(
                    "action",
                    assertThrows(CancelledError.class, inAction::await).getMessage());
        });
        assertEquals(List.of(0, "clean", "clean"), trail);
    }

    @Test
    void forEach_actionTakingAStep_isRefused() throws Exception {
        loop.run(() -> {
            Generator<Integer> generator = numbers(3);
            assertThrows(
                    IllegalStateException.class,
                    () -> generator.forEach(i -> generator.iterator().next()));
            assertFalse(generator.hasNext());
        });
    }

    @Test
    void forEach_actionEmitting_isRefused() {
        loop.run(() -> {
            var leaked = new AtomicReference<Emitter<Integer>>();
            Generator<Integer> generator = generator(out -> {
                leaked.set(out);
                out.emit(1);
            });
            assertThrows(
                    IllegalStateException.class,
                    () -> generator.forEach(i -> leaked.get().emit(i)));
        });
    }

    private static void waitForEver() {
        Asyncio.createFuture().await();
    }

    private static void throwIo() throws IOException {
        throw new IOException("while cleaning up");
    }
}
