package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** Confined mode: a loop is closed while a task waits in code that is not Weft's. */
@Timeout(120)
@EnabledIf(value = "dev.weft.Modes#confined", disabledReason = "the loop waits with the task in this mode")
final class AbandonedWaitTest {
    private final EventLoop loop = EventLoop.create();
    private final List<String> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void close_taskInTheQueueOfALock_leavesTheLockToOthers() throws InterruptedException {
        for (LockKind kind : LockKind.all()) {
            EventLoop hasty = EventLoop.builder().foreignLockHold(Duration.ZERO).build();
            hasty.setExceptionHandler((l, report) -> trail.add(report.message()));
            var behind = new AtomicReference<Thread>();
            try (var _ = new LogCapture()) {
                kind.hold(() -> {
                    hasty.createTask(() -> kind.hold(() -> {}));
                    hasty.runUntilComplete(() -> {
                        Asyncio.yieldNow();
                    });
                    hasty.close();
                    behind.set(Thread.ofPlatform().start(() -> kind.hold(() -> {})));
                    LockKind.awaitBlocked(behind);
                });
                behind.get().join();
            }
        }
    }

    // ---- the end of the JVM, and of the loop

    @Test
    void close_taskInAForeignWait_isInterruptedAndRefusedAnyMoreOfTheLoop() throws InterruptedException {
        var seen = new AtomicReference<Throwable>();
        var over = new CountDownLatch(1);
        Task<?> task = loop.createTask(() -> {
            try {
                Thread.sleep(1_000_000);
            } catch (InterruptedException e) {
                try {
                    Asyncio.sleep(Asyncio.millis(1));
                } catch (IllegalStateException refused) {
                    seen.set(refused);
                }
            } finally {
                over.countDown();
            }
        });
        loop.runUntilComplete(() -> {
            Asyncio.yieldNow();
        });
        loop.setExceptionHandler((l, report) -> trail.add(report.message()));
        loop.close();
        over.await();
        assertInstanceOf(IllegalStateException.class, seen.get());
        assertEquals(1, trail.size());
        assertFalse(task.isDone());
    }

    @Test
    void wakeUp_afterClose_neitherThrowsNorIsLost() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            var release = new CountDownLatch(1);
            var ended = new CountDownLatch(1);
            EventLoop brief = EventLoop.create();
            brief.setExceptionHandler((l, report) -> {});
            brief.createTask(() -> {
                try {
                    awaitUninterruptibly(release);
                } finally {
                    ended.countDown();
                }
            });
            brief.runUntilComplete(() -> {
                Asyncio.yieldNow();
            });
            Thread waker = Thread.ofPlatform().start(release::countDown);
            brief.close();
            waker.join();
            ended.await();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException ignored) {
                Thread.onSpinWait();
            }
        }
    }
}
