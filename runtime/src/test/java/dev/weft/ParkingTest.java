package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.slf4j.event.Level;

/** Confined mode: a task that waits in code that is not Weft's is parked, and can be cancelled there. */
@Timeout(120)
@EnabledIf(value = "dev.weft.Modes#confined", disabledReason = "the loop waits with the task in this mode")
final class ParkingTest {
    private static final int TASKS = 100;

    private final EventLoop loop = EventLoop.create();
    private final List<String> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    // ---- everything else: the task is parked

    @Test
    void sleep_inManyTasks_takesTheTimeOfOne() {
        long began = System.nanoTime();
        inManyTasks(() -> Thread.sleep(50));
        assertUnderAQuarterOf(TASKS * 50L, began);
    }

    @Test
    void poll_inManyTasks_takesTheTimeOfOne() {
        var queue = new LinkedBlockingQueue<String>();
        long began = System.nanoTime();
        inManyTasks(() -> assertNull(queue.poll(50, TimeUnit.MILLISECONDS)));
        assertUnderAQuarterOf(TASKS * 50L, began);
    }

    private static void assertUnderAQuarterOf(long serialMillis, long began) {
        long took = (System.nanoTime() - began) / 1_000_000;
        assertTrue(took < serialMillis / 4, "took " + took + " ms");
    }

    @Test
    void take_inManyTasks_isAnsweredByTheLoop() {
        var queue = new LinkedBlockingQueue<Integer>();
        int[] sum = {0};
        loop.callLater(Duration.ZERO, () -> {
            for (int i = 0; i < TASKS; i++) {
                queue.add(i);
            }
        });
        inManyTasks(() -> sum[0] += queue.take());
        assertEquals(TASKS * (TASKS - 1) / 2, sum[0]);
    }

    @Test
    void socketRead_inManyTasks_isAnsweredByTheLoop() throws Exception {
        try (var server = new ServerSocket(0, TASKS, InetAddress.getLoopbackAddress())) {
            var clients = new ArrayList<Socket>();
            var accepted = new ArrayList<Socket>();
            try {
                for (int i = 0; i < TASKS; i++) {
                    clients.add(new Socket(server.getInetAddress(), server.getLocalPort()));
                    accepted.add(server.accept());
                }
                loop.callLater(Duration.ZERO, () -> {
                    for (Socket socket : accepted) {
                        socket.getOutputStream().write('x');
                    }
                });
                var free = new ArrayList<>(clients);
                inManyTasks(() ->
                        assertEquals('x', free.removeLast().getInputStream().read()));
            } finally {
                for (Socket socket : clients) {
                    socket.close();
                }
                for (Socket socket : accepted) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void processWaitFor_inManyTasks_isAnsweredByTheLoop() throws Exception {
        var processes = new ArrayList<Process>();
        try {
            for (int i = 0; i < TASKS; i++) {
                processes.add(new ProcessBuilder("cat").start());
            }
            loop.callLater(Duration.ZERO, () -> {
                for (Process process : processes) {
                    process.getOutputStream().close(); // cat ends with its input
                }
            });
            var free = new ArrayList<>(processes);
            inManyTasks(() -> assertEquals(0, free.removeLast().waitFor()));
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private interface Wait {
        void once() throws Exception;
    }

    private void inManyTasks(Wait wait) {
        int[] done = {0};
        loop.runUntilComplete(() -> {
            var tasks = new ArrayList<Task<?>>();
            for (int i = 0; i < TASKS; i++) {
                tasks.add(loop.createTask(() -> {
                    wait.once();
                    done[0]++;
                }));
            }
            for (Task<?> task : tasks) {
                task.await();
            }
        });
        assertEquals(TASKS, done[0]);
    }

    @Test
    void latchSemaphoreBarrierAndJoin_areNoLocks() throws Exception {
        try (var patient =
                EventLoop.builder().foreignLockHold(Duration.ofHours(1)).build()) {
            patient.runUntilComplete(() -> {
                var latch = new CountDownLatch(1);
                var semaphore = new java.util.concurrent.Semaphore(0);
                var barrier = new CyclicBarrier(2);
                var monitor = new Object();
                Thread thread = Thread.ofVirtual().unstarted(() -> {});
                boolean[] notified = {false};
                Task<?> waiter = patient.createTask(() -> {
                    latch.await();
                    semaphore.acquire();
                    barrier.await();
                    synchronized (monitor) {
                        while (!notified[0]) {
                            monitor.wait();
                        }
                    }
                    LockSupport.park();
                    thread.join();
                    trail.add("through");
                });
                Asyncio.yieldNow();
                latch.countDown();
                Asyncio.yieldNow();
                semaphore.release();
                Asyncio.yieldNow();
                barrier.await();
                Asyncio.yieldNow();
                synchronized (monitor) {
                    notified[0] = true;
                    monitor.notifyAll();
                }
                Asyncio.yieldNow();
                LockSupport.unpark(waiter.running().thread());
                Asyncio.yieldNow();
                thread.start();
                waiter.await();
            });
        }
        assertEquals(List.of("through"), trail);
    }

    @Test
    void threadYield_inATask_letsOthersRun() {
        loop.runUntilComplete(() -> {
            Task<?> other = loop.createTask(() -> trail.add("other"));
            while (trail.isEmpty()) {
                Thread.yield();
            }
            other.await();
        });
    }

    @Test
    void callback_thatSleeps_parksCallbacksButNotTasks() {
        var release = new CountDownLatch(1);
        loop.runUntilComplete(() -> {
            Future<String> last = loop.createFuture();
            loop.callSoon(() -> {
                release.await();
                trail.add("callback 1");
            });
            loop.callSoon(() -> trail.add("callback 2"));
            Asyncio.yieldNow();
            Asyncio.yieldNow();
            loop.callSoon(() -> trail.add("callback 3"));
            loop.callLater(Duration.ZERO, () -> last.setResult("callback 4"));
            Asyncio.sleep(Asyncio.millis(1));
            trail.add("task");
            release.countDown();
            trail.add(last.await());
        });
        assertEquals(List.of("task", "callback 1", "callback 2", "callback 3", "callback 4"), trail);
    }

    @Test
    void callback_thatSleepsWhenTheLoopStops_goesOnInTheNextRun() throws InterruptedException {
        var release = new CountDownLatch(1);
        loop.callSoon(() -> {
            release.await();
            trail.add("callback 1");
        });
        loop.callSoon(() -> {
            trail.add("callback 2");
            loop.stop();
        });
        loop.runUntilComplete(() -> {
            Asyncio.yieldNow();
        });
        assertEquals(List.of(), trail);
        release.countDown();
        loop.runForever();
        assertEquals(List.of("callback 1", "callback 2"), trail);
    }

    @Test
    void foreignWait_overWhenTheLoopIsStopped_goesOnInTheNextRun() throws InterruptedException {
        var release = new CountDownLatch(1);
        Task<String> task = loop.createTask(() -> {
            release.await();
            return "through";
        });
        loop.runUntilComplete(() -> {
            Asyncio.yieldNow();
        });
        release.countDown();
        assertEquals("through", loop.runUntilComplete(task));
    }

    // ---- cancellation

    @Test
    void cancel_taskInAForeignWait_interruptsItAndEndsItAsCancelled() {
        var queue = new LinkedBlockingQueue<String>();
        loop.runUntilComplete(() -> {
            var waits = List.<Wait>of(
                    () -> Thread.sleep(1_000_000),
                    queue::take,
                    () -> new CountDownLatch(1).await(),
                    () -> new java.util.concurrent.CompletableFuture<String>().get(),
                    () -> {
                        var monitor = new Object();
                        synchronized (monitor) {
                            while (loop.isRunning()) {
                                monitor.wait();
                            }
                        }
                    },
                    () -> {
                        try {
                            Thread.sleep(1_000_000);
                        } catch (InterruptedException e) {
                            throw new IllegalStateException("wrapped, as drivers do", e);
                        }
                    });
            for (Wait wait : waits) {
                Task<?> task = loop.createTask(wait::once);
                Asyncio.yieldNow();
                assertTrue(task.cancel("enough"));
                assertEquals(
                        "enough",
                        assertThrows(CancelledError.class, task::await).getMessage());
                assertTrue(task.cancelled());
            }
        });
    }

    @Test
    void cancel_taskInASocketRead_interruptsItAndEndsItAsCancelled() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            loop.runUntilComplete(() -> {
                Task<?> task = loop.createTask(() -> client.getInputStream().read());
                Asyncio.yieldNow();
                task.cancel();
                assertThrows(CancelledError.class, task::await);
                assertTrue(task.cancelled());
            });
        }
    }

    @Test
    void waitFor_foreignWaits_throwsTimeout() throws Exception {
        var queue = new LinkedBlockingQueue<String>();
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            loop.runUntilComplete(() -> {
                Task<?> self = Asyncio.currentTask();
                assertTimesOut(() -> queue.take());
                assertTimesOut(() -> Thread.sleep(1_000_000));
                assertTimesOut(() -> client.getInputStream().read());
                assertEquals(0, self.cancelling());
                Asyncio.yieldNow(); // nothing is left of it
                assertFalse(Thread.currentThread().isInterrupted());
            });
        }
    }

    private static void assertTimesOut(Wait wait) {
        var thrown = assertThrows(
                TimeoutException.class, () -> Asyncio.waitFor((VoidBody<Exception>) wait::once, Asyncio.millis(1)));
        assertInstanceOf(CancelledError.class, thrown.getCause());
    }

    @Test
    void cancel_foreignWaitThatSwallowsTheInterrupt_isDeliveredAtTheNextSuspension() {
        loop.runUntilComplete(() -> {
            Task<?> task = loop.createTask(() -> {
                try {
                    Thread.sleep(1_000_000);
                } catch (InterruptedException e) {
                    trail.add("swallowed");
                }
                try {
                    loop.createFuture().await();
                } catch (CancelledError e) {
                    trail.add("delivered");
                }
                Asyncio.yieldNow(); // once only
                Thread.sleep(1);
                trail.add("went on");
            });
            Asyncio.yieldNow();
            task.cancel();
            task.await();
        });
        assertEquals(List.of("swallowed", "delivered", "went on"), trail);
    }

    @Test
    void cancel_foreignWaitIgnoresIt_isReportedOnceAfterFiveSeconds() {
        var clock = new ShiftedClock();
        try (var patient = EventLoop.builder().clock(clock).build();
                var log = new LogCapture()) {
            var latch = new CountDownLatch(1);
            patient.runUntilComplete(() -> {
                Task<?> deaf = patient.createTask(
                        () -> {
                            boolean heard = false;
                            while (!heard) {
                                try {
                                    latch.await();
                                    heard = true;
                                } catch (InterruptedException ignored) {
                                    trail.add("interrupted");
                                }
                            }
                        },
                        "deaf");
                Asyncio.yieldNow();
                deaf.cancel();
                for (int i = 0; i < 3; i++) {
                    clock.shift(Duration.ofSeconds(6));
                    Asyncio.sleep(Asyncio.millis(1));
                    Asyncio.yieldNow();
                }
                latch.countDown();
                assertThrows(CancelledError.class, deaf::await);
            });
            assertEquals(List.of("interrupted"), trail);
            LogCapture.Event event = log.only("still waits in code that does not heed an interrupt");
            assertEquals(Level.WARN, event.level());
            assertTrue(event.message().contains("Task[deaf"), event.message());
            assertTrue(event.message().contains("ParkingTest"), event.message());
        }
    }

    /** Real time, plus what a test adds. */
    private static final class ShiftedClock implements LoopClock {
        private long nanos;

        void shift(Duration by) {
            nanos += by.toNanos();
        }

        @Override
        public long nanos() {
            return LoopClock.system().nanos() + nanos;
        }
    }
}
