package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No resume is ever lost, and none comes early: tasks wait in all the ways there are, while other threads wake them, also those that
 * are not waiting for it, interrupt them and walk their stacks.
 */
@Timeout(120)
final class ResumeStressTest {
    private static final int TASKS = 16;
    private static final int ROUNDS = 400;

    private final EventLoop loop =
            EventLoop.builder().foreignLockHold(Duration.ofMillis(5)).build();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Semaphore semaphore = new Semaphore(0);
    private final ReentrantLock lock = new ReentrantLock();
    private final Object monitor = new Object();
    private int steps;

    @Test
    void waits_ofAllKinds_undisturbed_allEnd() throws Exception {
        run(ignored -> {});
    }

    @Test
    void waits_ofAllKinds_whileOthersUnparkTheTasks_allEnd() throws Exception {
        run(LockSupport::unpark);
    }

    @Test
    void waits_ofAllKinds_whileOthersInterruptTheTasks_allEnd() throws Exception {
        run(Thread::interrupt);
    }

    @Test
    void waits_ofAllKinds_whileOthersWalkTheStacks_allEnd() throws Exception {
        run(Thread::getStackTrace);
    }

    @Test
    void waits_ofAllKinds_whileOthersDoAllOfThat_allEnd() throws Exception {
        var random = new Random(7);
        run(thread -> {
            switch (random.nextInt(3)) {
                case 0 -> LockSupport.unpark(thread);
                case 1 -> thread.interrupt();
                default -> thread.getStackTrace();
            }
        });
    }

    private interface Disturbance {
        void of(Thread thread);
    }

    private void run(Disturbance disturbance) throws Exception {
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < TASKS; i++) {
            threads.add(null);
        }
        var helpers = List.of(
                Thread.ofPlatform().start(this::feed),
                Thread.ofPlatform().start(this::contend),
                Thread.ofPlatform().start(() -> disturb(threads, disturbance)));
        try (var _ = new LogCapture()) { // which locks were held for too long is the machine's business
            loop.runUntilComplete(() -> {
                var tasks = new ArrayList<Task<?>>();
                for (int i = 0; i < TASKS; i++) {
                    int number = i;
                    tasks.add(loop.createTask(() -> {
                        synchronized (threads) {
                            threads.set(number, Thread.currentThread());
                        }
                        waitInManyWays(new Random(number));
                    }));
                }
                for (Task<?> task : tasks) {
                    task.await();
                }
            });
        } finally {
            stop.set(true);
            for (Thread helper : helpers) {
                helper.join();
            }
            loop.close();
        }
        assertEquals(TASKS * ROUNDS, steps);
    }

    private void waitInManyWays(Random random) throws Exception {
        Task<?> self = Asyncio.currentTask();
        for (int round = 0; round < ROUNDS; round++) {
            try {
                waitOnce(random);
            } catch (CancelledError | InterruptedException disturbed) {
                Thread.interrupted();
                while (self.cancelling() > 0) {
                    self.uncancel();
                }
            }
            steps++;
        }
        Thread.interrupted();
        while (self.cancelling() > 0) {
            self.uncancel();
        }
    }

    private void waitOnce(Random random) throws InterruptedException {
        switch (random.nextInt(11)) {
            case 0 -> Asyncio.yieldNow();
            case 1 -> {
                long until = loop.time() + 20_000;
                Asyncio.sleep(Duration.ofNanos(20_000));
                assertNotBefore(until);
            }
            case 2 -> {
                Future<Integer> future = loop.createFuture();
                loop.callSoon(() -> {
                    if (!future.done()) {
                        future.setResult(3);
                    }
                });
                assertEquals(3, future.await());
            }
            case 3 -> {
                Future<Integer> future = loop.createFuture();
                int number = random.nextInt();
                answers.add(() -> {
                    if (!future.done()) {
                        future.setResult(number);
                    }
                });
                assertEquals(number, future.await());
            }
            case 4 -> Thread.sleep(0, 1 + random.nextInt(50_000));
            case 5 -> LockSupport.parkNanos(1 + random.nextInt(50_000));
            case 6 -> semaphore.tryAcquire(1, TimeUnit.HOURS);
            case 7 -> {
                lock.lock();
                try {
                    Thread.onSpinWait();
                } finally {
                    lock.unlock();
                }
            }
            case 8 -> {
                synchronized (monitor) {
                    Thread.onSpinWait();
                }
            }
            case 9 -> {
                long until = System.nanoTime() + 1 + random.nextInt(50_000);
                synchronized (monitor) {
                    while (System.nanoTime() < until) {
                        monitor.wait(0, 10_000);
                    }
                }
            }
            default -> Thread.yield();
        }
    }

    private void assertNotBefore(long until) {
        if (loop.time() < until) {
            throw new AssertionError("resumed early");
        }
    }

    private final LinkedBlockingQueue<Action> answers = new LinkedBlockingQueue<>();

    /** Gives permits, and answers from another thread. */
    private void feed() {
        while (!stop.get()) {
            if (semaphore.availablePermits() < 2 * TASKS) {
                semaphore.release();
            }
            Action answer = answers.poll();
            if (answer != null) {
                loop.callSoonThreadsafe(answer);
            }
            Thread.onSpinWait();
        }
    }

    /** Holds the locks now and then. */
    private void contend() {
        while (!stop.get()) {
            lock.lock();
            try {
                synchronized (monitor) {
                    monitor.notifyAll();
                }
                LockSupport.parkNanos(1_000);
            } finally {
                lock.unlock();
            }
            synchronized (monitor) {
                LockSupport.parkNanos(1_000);
            }
            LockSupport.parkNanos(10_000);
        }
    }

    private void disturb(List<Thread> threads, Disturbance disturbance) {
        var random = new Random(1);
        while (!stop.get()) {
            Thread thread;
            synchronized (threads) {
                thread = threads.get(random.nextInt(TASKS));
            }
            if (thread != null) {
                disturbance.of(thread);
            }
            LockSupport.parkNanos(5_000);
        }
    }
}
