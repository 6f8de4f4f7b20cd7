package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExitStackTest {
    private final TestLoop loop = new TestLoop();
    private final List<String> trail = new ArrayList<>();

    @Test
    void close_severalPending_undoesThemLastInFirstOut() {
        try (var stack = new ExitStack()) {
            AutoCloseable resource = () -> trail.add("resource");
            assertSame(resource, stack.push(resource));
            stack.defer(() -> trail.add("action"));
            stack.push(() -> trail.add("last"));
            assertEquals("ExitStack[3 pending]", stack.toString());
        }
        assertEquals(List.of("last", "action", "resource"), trail);
    }

    @Test
    void close_actionsThatWait_suspendTheTask() {
        loop.run(() -> {
            Task<?> other = createTask(() -> trail.add("other"));
            try (var stack = new ExitStack()) {
                stack.defer(() -> trail.add("first in"));
                stack.defer(() -> {
                    sleep(millis(10));
                    trail.add("slow");
                });
            }
            other.await();
        });
        assertEquals(List.of("other", "slow", "first in"), trail);
    }

    @Test
    void close_somethingThrows_undoesTheRestAndChainsFailures() {
        var first = new IOException("first");
        var second = new IllegalStateException("second");
        var third = new AssertionError("third");
        var stack = new ExitStack();
        stack.defer(() -> trail.add("end"));
        stack.defer(() -> {
            throw third;
        });
        stack.push(() -> {
            throw second;
        });
        stack.push(() -> {
            throw first;
        });
        assertSame(first, assertThrows(IOException.class, stack::close));
        assertArrayEquals(new Throwable[] {second, third}, first.getSuppressed());
        assertEquals(List.of("end"), trail);
    }

    @Test
    void close_sameFailureTwice_isNotItsOwnSuppressed() {
        var boom = new IllegalStateException("boom");
        var stack = new ExitStack();
        for (int i = 0; i < 2; i++) {
            stack.defer(() -> {
                throw boom;
            });
        }
        assertSame(boom, assertThrows(IllegalStateException.class, stack::close));
        assertEquals(0, boom.getSuppressed().length);
    }

    @Test
    void close_bodyThrew_keepsTheBodysException() {
        var body = new IOException("body");
        var closing = new IllegalStateException("closing");
        assertSame(body, assertThrows(IOException.class, () -> {
            try (var stack = new ExitStack()) {
                stack.defer(() -> {
                    throw closing;
                });
                throw body;
            }
        }));
        assertArrayEquals(new Throwable[] {closing}, body.getSuppressed());
    }

    @Test
    void close_twice_undoesOnce() {
        var stack = new ExitStack();
        stack.defer(() -> trail.add("once"));
        stack.close();
        stack.close();
        assertEquals(List.of("once"), trail);
    }

    @Test
    void close_pushedMeanwhile_isUndoneNext() {
        var stack = new ExitStack();
        stack.defer(() -> trail.add("first in"));
        stack.defer(() -> {
            trail.add("last in");
            stack.defer(() -> trail.add("pushed meanwhile"));
        });
        stack.close();
        assertEquals(List.of("last in", "pushed meanwhile", "first in"), trail);
    }

    @Test
    void close_cancelledMeanwhile_undoesTheRest() {
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                try (var stack = new ExitStack()) {
                    stack.defer(() -> {
                        sleep(millis(1));
                        trail.add("first in");
                    });
                    stack.defer(() -> sleep(millis(1000)));
                }
            });
            sleep(millis(10));
            task.cancel("stop");
            assertEquals("stop", assertThrows(CancelledError.class, task::await).getMessage());
        });
        assertEquals(List.of("first in"), trail);
    }

    @Test
    void popAll_movesEverythingToTheNewStack() {
        ExitStack kept;
        try (var stack = new ExitStack()) {
            stack.defer(() -> trail.add("a"));
            stack.defer(() -> trail.add("b"));
            kept = stack.popAll();
            stack.defer(() -> trail.add("c"));
        }
        trail.add("scope left");
        kept.close();
        assertEquals(List.of("c", "scope left", "b", "a"), trail);
    }

    @Test
    void null_isRefused() {
        var stack = new ExitStack();
        assertThrows(NullPointerException.class, () -> stack.push(null));
        assertThrows(NullPointerException.class, () -> stack.defer(null));
    }
}
