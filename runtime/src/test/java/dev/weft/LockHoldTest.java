package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.slf4j.event.Level;

/** Confined mode: for a contended lock the loop holds still, but not for ever, and not at the expense of others. */
@Timeout(120)
@EnabledIf(value = "dev.weft.Modes#confined", disabledReason = "the loop waits with the task in this mode")
final class LockHoldTest {
    private final EventLoop loop = EventLoop.create();
    private final List<String> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void foreignLockHold_negative_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> EventLoop.builder().foreignLockHold(Duration.ofNanos(-1)));
    }

    @Test
    void lock_heldForTooLong_loopGoesOnWithAWarning() throws InterruptedException {
        try (var hasty = EventLoop.builder()
                        .foreignLockHold(Duration.ofMillis(1))
                        .build();
                var log = new LogCapture()) {
            var lock = new ReentrantLock();
            hasty.runUntilComplete(() -> {
                Task<?> owner = hasty.createTask(() -> {
                    lock.lock();
                    try {
                        Asyncio.yieldNow();
                        trail.add("owner goes on");
                    } finally {
                        lock.unlock();
                    }
                });
                Task<?> waiter = hasty.createTask(this::lockInAMethodOfItsOwn, "impatient");
                owningLock = lock;
                waiter.await();
                owner.await();
            });
            assertEquals(List.of("owner goes on", "waiter got it"), trail);
            LogCapture.Event event = log.only("waited for a ReentrantLock for more than 1 ms");
            assertEquals(Level.WARN, event.level());
            assertTrue(event.message().contains("Task[impatient"), event.message());
        }
    }

    private ReentrantLock owningLock;

    private void lockInAMethodOfItsOwn() {
        owningLock.lock();
        try {
            trail.add("waiter got it");
        } finally {
            owningLock.unlock();
        }
    }

    @Test
    void lock_heldForTooLongWhileACallbackWaits_loopGoesOnWithAWarning() throws InterruptedException {
        try (var hasty = EventLoop.builder()
                        .foreignLockHold(Duration.ofMillis(1))
                        .build();
                var log = new LogCapture()) {
            var monitor = new Object();
            hasty.runUntilComplete(() -> {
                Future<String> called = hasty.createFuture();
                synchronized (monitor) {
                    hasty.callSoon(() -> {
                        synchronized (monitor) {
                            called.setResult("called");
                        }
                    });
                    while (!log.contains("a callback waited for a monitor")) {
                        Asyncio.yieldNow();
                    }
                    assertFalse(called.done());
                }
                assertEquals("called", called.await());
            });
        }
    }
}
