package dev.weft.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Context;
import dev.weft.ContextVar;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.LogCapture;
import dev.weft.RunOptions;
import dev.weft.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

/**
 * Portable mode, where a task that waits in foreign code keeps the loop: when what it waits for has to come from another task, the loop goes on
 * after a second. Not in the package of what it tests, whose methods it would be taken for.
 */
@Timeout(60)
final class PortableDeadlockTest {
    private final EventLoop loop =
            EventLoop.builder().mode(EventLoop.Mode.PORTABLE).name("deadlocked").build();
    private final LogCapture log = LogCapture.withWatchdog();
    private final List<String> trail = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Object monitor = new Object();

    @AfterEach
    void close() {
        log.close();
        loop.close();
    }

    @Test
    void lock_ofATaskThatIsSuspended_loopGoesOnAndReportsTheWait() {
        loop.runUntilComplete(() -> {
            Task<?> owner = loop.createTask(
                    () -> {
                        lock.lock();
                        try {
                            Asyncio.sleep(Asyncio.millis(1));
                            trail.add("owner");
                        } finally {
                            lock.unlock();
                        }
                    },
                    "the owner");
            Asyncio.yieldNow();
            Task<?> waiter = loop.createTask(this::takeLock, "waiter");
            waiter.await();
            owner.await();
        });
        assertEquals(List.of("owner", "waiter", "current"), trail);
        String stall = stallOfWaiter();
        assertTrue(stall.contains("Suspended meanwhile: ") && stall.contains("the owner at "), stall);
        assertTrue(stall.contains("waiting for java.util.concurrent.locks.ReentrantLock"), stall);
        assertTrue(stall.contains("PortableDeadlockTest.takeLock"), stall);
        LogCapture.Event event = log.only("waited for a ReentrantLock while the loop held still for it");
        assertEquals(Level.WARN, event.level());
        assertTrue(event.message().contains("PortableDeadlockTest.takeLock"), event.message());
    }

    @Test
    void lock_whichTheMainTaskOfARunWaitsFor_isGivenUpInTime() {
        var portable = RunOptions.DEFAULT.loopFactory(
                () -> EventLoop.builder().mode(EventLoop.Mode.PORTABLE).build());
        Asyncio.run(portable, () -> {
            Task<?> owner = Asyncio.createTask(() -> {
                lock.lock();
                try {
                    Asyncio.sleep(Asyncio.millis(1));
                } finally {
                    lock.unlock();
                }
            });
            Asyncio.yieldNow();
            lock.lock();
            try {
                trail.add("main");
            } finally {
                lock.unlock();
            }
            owner.await();
        });
        log.only("waited for a ReentrantLock while the loop held still for it");
    }

    /** The first report of it: at once, whatever happens then. */
    private String stallOfWaiter() {
        return log.events().stream()
                .map(LogCapture.Event::message)
                .filter(message -> message.startsWith("Task[waiter") && message.contains("has not given way for"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(log));
    }

    private void takeLock() {
        lock.lock();
        try {
            trail.add("waiter");
        } finally {
            lock.unlock();
        }
        assertEquals("waiter", Asyncio.currentTask().getName()); // its turn, from here on
        loop.checkThread();
        trail.add("current");
    }

    @Test
    void monitor_ofATaskThatIsSuspended_isReportedWithItsHolderAndGivenUpInTime() {
        long began = System.nanoTime();
        loop.runUntilComplete(() -> {
            Task<?> owner = loop.createTask(
                    () -> {
                        synchronized (monitor) {
                            Asyncio.sleep(Asyncio.millis(1));
                        }
                    },
                    "holder of the monitor");
            Asyncio.yieldNow();
            Task<String> waiter = loop.createTask(
                    () -> {
                        synchronized (monitor) {
                            return "has it";
                        }
                    },
                    "waiter");
            assertEquals("has it", waiter.await());
            owner.await();
        });
        assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(20));
        String stall = stallOfWaiter();
        assertTrue(stall.contains("waiting for a monitor held by holder of the monitor:"), stall);
        assertTrue(stall.contains("That is a task of this loop, which now goes on"), stall);
        assertTrue(log.contains("waited for a monitor while the loop held still for it"), log::toString);
    }

    @Test
    void latchAndQueue_filledByOtherTasks_theLoopGoesOn() {
        var latch = new CountDownLatch(1);
        var queue = new LinkedBlockingQueue<String>();
        loop.runUntilComplete(() -> {
            Task<String> first = loop.createTask(() -> {
                latch.await();
                return "counted";
            });
            Task<String> second = loop.createTask(queue::take);
            Task<?> other = loop.createTask(() -> {
                latch.countDown();
                queue.add("item");
            });
            assertEquals("counted", first.await());
            assertEquals("item", second.await());
            other.await();
        });
    }

    @Test
    void callback_thatWaitsForATask_theLoopGoesOnAndLaterCallbacksKeepTheirOrder() {
        var latch = new CountDownLatch(1);
        loop.runUntilComplete(() -> {
            Future<String> called = loop.createFuture();
            loop.callSoon(() -> {
                latch.await();
                trail.add("first");
            });
            loop.callSoon(() -> {
                trail.add("second");
                called.setResult("called");
            });
            Asyncio.createTask(latch::countDown);
            assertEquals("called", called.await());
        });
        assertEquals(List.of("first", "second"), trail);
    }

    @Test
    void wait_insideScopes_theyEndInTheirTurn() {
        var latch = new CountDownLatch(1);
        loop.runUntilComplete(() -> {
            var variable = ContextVar.withDefault("variable", "outside");
            Task<String> waiter = loop.createTask(() -> Asyncio.timeout(Asyncio.seconds(30), () -> {
                var group = new ArrayList<String>();
                Asyncio.taskGroup(tasks -> {
                    tasks.createTask(() -> group.add("child"));
                    Context.copyCurrent().run(() -> {
                        variable.set("inside");
                        latch.await();
                    });
                });
                return group + " " + variable.get();
            }));
            Asyncio.createTask(latch::countDown);
            assertEquals("[child] outside", waiter.await());
        });
    }

    @Test
    void lock_ofAnotherThreadForLessThanASecond_othersWait() throws InterruptedException {
        var taken = new CountDownLatch(1);
        var giveBack = new CountDownLatch(1);
        Thread holder = Thread.ofPlatform().start(() -> {
            lock.lock();
            try {
                taken.countDown();
                while (!log.contains("has not given way")) {
                    LockSupport.parkNanos(1_000_000);
                }
                trail.add("holder"); // the loop waits, and so does its task
            } finally {
                giveBack.countDown();
                lock.unlock();
            }
        });
        taken.await();
        loop.runUntilComplete(() -> {
            Task<?> waiter = loop.createTask(this::takeLock, "waiter");
            Task<?> other = loop.createTask(() -> trail.add("other"));
            waiter.await();
            other.await();
        });
        holder.join();
        assertEquals(List.of("holder", "waiter", "current", "other"), trail);
        assertFalse(log.contains("the loop goes on"), log::toString);
    }

    @Test
    void cancel_ofATaskThatWasOvertaken_interruptsItsWait() {
        loop.runUntilComplete(() -> {
            Task<?> waiter = loop.createTask(() -> new CountDownLatch(1).await());
            Asyncio.sleep(Asyncio.millis(1)); // comes back when the loop has gone on
            assertFalse(waiter.done());
            waiter.cancel();
            Asyncio.wait(List.of(waiter));
            assertTrue(waiter.cancelled(), waiter::toString);
        });
    }

    @Test
    void close_withATaskThatWasOvertaken_letsItGoOnOutside() throws Exception {
        var ended = new CountDownLatch(1);
        loop.runUntilComplete(() -> {
            loop.createTask(() -> {
                try {
                    new CountDownLatch(1).await();
                } finally {
                    ended.countDown();
                }
            });
            Asyncio.sleep(Asyncio.millis(1));
        });
        loop.close();
        assertTrue(ended.await(10, TimeUnit.SECONDS));
    }
}
