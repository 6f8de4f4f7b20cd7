package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.testing.TestLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks that wait for ever: when that is an error, and what it says. */
final class DeadlockTest {
    private final TestLoop loop = new TestLoop();

    @AfterEach
    void close() {
        Leftovers.cancelAndClose(loop);
    }

    @Test
    void locksTakenInBothOrders_areReportedWithTheirOwners() {
        var first = new Lock();
        var second = new Lock();
        DeadlockException e = assertThrows(
                DeadlockException.class,
                () -> loop.run(() -> Asyncio.taskGroup(group -> {
                    group.createTask(() -> both(first, second), "one");
                    group.createTask(() -> both(second, first), "two");
                })));
        assertEquals(1, e.cycles().size());
        assertEquals(
                List.of("one", "two", "one"),
                e.cycles().getFirst().stream().map(Task::getName).toList());
        String text = e.getMessage();
        assertTrue(
                text.contains("\ncycle: one waits for Lock[locked by two, 1 waiting] held by two,"
                        + " which waits for Lock[locked by one, 1 waiting] held by one\n"),
                text);
        assertTrue(text.startsWith("deadlock: nothing can run any more, and 3 tasks wait\n"), text);
        assertTrue(text.contains("\nTask[two, pending"), text);
        assertTrue(text.contains("dev.weft.DeadlockTest.both(DeadlockTest.java:"), text);
        assertEquals(3, e.tasks().size());
    }

    private static void both(Lock outer, Lock inner) {
        try (var _ = outer.hold()) {
            sleep(seconds(1));
            try (var _ = inner.hold()) {
                sleep(seconds(1));
            }
        }
    }

    @Test
    void lockHeldInsideAGenerator_isHeldByTheTaskThatTakesItsStep() {
        var lock = new Lock();
        var never = new Event();
        var generator = Asyncio.<Integer>generator(emitter -> {
            try (var _ = lock.hold()) {
                never.await();
            }
        });
        DeadlockException e = assertThrows(
                DeadlockException.class,
                () -> loop.run(() -> {
                    Task<?> consumer = createTask(() -> generator.forEach(item -> {}), "consumer");
                    yieldNow();
                    createTask(() -> lock.acquire(), "other");
                    consumer.await();
                }));
        assertTrue(e.getMessage().contains("waiting for Lock[locked by "), e.getMessage());
        assertEquals(List.of(), e.cycles());
    }

    @Test
    void tasksThatAwaitEachOther_areACycle() {
        List<Task<?>> tasks = new ArrayList<>();
        DeadlockException e = assertThrows(
                DeadlockException.class,
                () -> loop.run(() -> {
                    for (int i = 0; i < 3; i++) {
                        int next = (i + 1) % 3;
                        tasks.add(createTask(() -> tasks.get(next).await(), "task " + i));
                    }
                    Asyncio.wait(tasks);
                }));
        assertTrue(
                e.getMessage()
                        .contains("cycle: task 0 waits for task 1, which waits for task 2, which waits for task 0"),
                e.getMessage());
    }

    @Test
    void eventThatNobodySets_isReportedWithoutACycle_andItsTasksCanStillBeCancelled() {
        var event = new Event();
        List<String> trail = new ArrayList<>();
        Task<?>[] task = new Task<?>[1];
        DeadlockException e = assertThrows(
                DeadlockException.class,
                () -> loop.run(() -> {
                    task[0] = Asyncio.currentTask();
                    try {
                        event.await();
                    } finally {
                        trail.add("finally");
                    }
                }));
        assertEquals(List.of(), e.cycles());
        assertEquals(List.of(task[0]), e.tasks());
        assertTrue(e.getMessage().contains("waiting for Event["), e.getMessage());
        assertFalse(task[0].done());
        task[0].cancel();
        loop.runReady();
        assertEquals(List.of("finally"), trail);
    }

    @Test
    void timersButNobodyMovesTheTime_isADeadlockThatSaysSo() {
        loop.autoJump(false);
        DeadlockException e = assertThrows(DeadlockException.class, () -> loop.run(() -> sleep(seconds(1))));
        assertTrue(e.getMessage().contains("time stands still: autoJump is off"), e.getMessage());
    }

    @Test
    void manyTasks_areCountedAndNotAllShown() {
        var event = new Event();
        DeadlockException e = assertThrows(
                DeadlockException.class,
                () -> loop.run(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        createTask(() -> event.await());
                    }
                    event.await();
                }));
        assertEquals(1_001, e.tasks().size());
        assertTrue(e.getMessage().endsWith("\nand 901 more"), e.getMessage());
    }

    // ---- Asyncio.run, in a JVM of its own: what other threads there are decides

    /** Main waits for an event, which nobody sets. */
    static final class Stuck {
        private Stuck() {}

        public static void main(String[] args) {
            Asyncio.run(() -> {
                try {
                    new Event().await();
                } finally {
                    System.out.println("finally");
                }
            });
        }
    }

    @Test
    void run_nothingOutsideCanWakeTheLoop_throwsAfterTheCleanUp() throws Exception {
        assumeTrue(Modes.confined(), "in portable mode it cannot be told");
        try (var child = ChildJvm.start(Stuck.class)) {
            ChildJvm.Ended ended = child.await();
            assertEquals(1, ended.exitCode(), ended.output());
            assertTrue(ended.output().contains("finally\n"), ended.output());
            assertTrue(ended.output().contains("dev.weft.DeadlockException: deadlock: nothing can"), ended.output());
            assertTrue(ended.output().contains("dev.weft.DeadlockTest$Stuck.main("), ended.output());
        }
    }

    /** Main waits for what another thread does half a second later, five times as long as the first look takes to come. */
    static final class WokenFromOutside {
        private WokenFromOutside() {}

        public static void main(String[] args) {
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                var event = new Event();
                Runnable body = () -> {
                    try {
                        Thread.sleep(Duration.ofMillis(500));
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    loop.callSoonThreadsafe(event::set);
                };
                switch (args[0]) {
                    case "platform" -> Thread.ofPlatform().start(body);
                    case "daemon" -> Thread.ofPlatform().daemon().start(body);
                    case "virtual" -> Thread.ofVirtual().start(body);
                    case "timer" ->
                        new java.util.Timer(true)
                                .schedule(
                                        new java.util.TimerTask() {
                                            @Override
                                            public void run() {
                                                body.run();
                                            }
                                        },
                                        10);
                    case "completable" -> java.util.concurrent.CompletableFuture.runAsync(body);
                    default -> throw new AssertionError(args[0]);
                }
                event.await();
                System.out.println("woken");
            });
        }
    }

    @Test
    void run_anyOtherThreadLives_isNoDeadlock() throws Exception {
        for (String kind : List.of("platform", "daemon", "virtual", "timer", "completable")) {
            try (var child = ChildJvm.start(WokenFromOutside.class, kind)) {
                ChildJvm.Ended ended = child.await();
                assertTrue(ended.output().contains("woken\n"), kind + ": " + ended.output());
                assertEquals(0, ended.exitCode(), kind);
            }
        }
    }

    /** Main waits for a signal, which the loop handles. */
    static final class WaitsForSignal {
        private WaitsForSignal() {}

        public static void main(String[] args) {
            Asyncio.run(() -> {
                var event = new Event();
                Asyncio.getRunningLoop().addSignalHandler("USR2", event::set);
                System.out.println("ready");
                event.await();
                System.out.println("woken");
            });
        }
    }

    @Test
    void run_loopHandlesASignal_isNoDeadlock() throws Exception {
        try (var child = ChildJvm.start(WaitsForSignal.class)) {
            child.awaitOutput("ready");
            assertTrue(child.livesFor(Duration.ofMillis(600)), "the loop has looked by then, and sees the handler");
            child.signal("USR2");
            ChildJvm.Ended ended = child.await();
            assertTrue(ended.output().contains("woken\n"), ended.output());
        }
    }

    @Test
    void detectDeadlocks_off_leavesTheLoopUnwatched() {
        try (var watched = new Runner();
                var unwatched =
                        new Runner(RunOptions.DEFAULT.detectDeadlocks(false).timeout(null))) {
            assertTrue(watched.getLoop().control().watchesIdling());
            assertFalse(unwatched.getLoop().control().watchesIdling());
        }
    }
}
