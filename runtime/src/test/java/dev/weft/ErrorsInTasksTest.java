package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Errors that leave nothing else as it was: a full stack at any depth, in a task, at its waits and in its callbacks. J13 of the hazards. */
@Timeout(60)
final class ErrorsInTasksTest {
    // J13
    @Test
    void stackOverflow_atRandomDepthsInManyTasks_failsEachAloneAndTheLoopGoesOn() {
        try (var loop = EventLoop.create()) {
            loop.runUntilComplete(() -> {
                var random = new Random(1);
                for (int i = 0; i < 200; i++) {
                    int pause = random.nextInt(2_000);
                    var queue = new Queue<Integer>(1); // its own: the stack may be full between a put and a get
                    Task<?> task = createTask(() -> recurse(1, pause, queue));
                    assertThrows(StackOverflowError.class, task::await);
                    assertTrue(Probe.liveTimers(loop) < 20, "timers pile up");
                }
                var alive = new ArrayList<Integer>();
                Task<?> next = createTask(() -> {
                    yieldNow();
                    alive.add(1);
                });
                next.await();
                assertEquals(List.of(1), alive);
                assertEquals(1, Asyncio.allTasks().size());
            });
        }
    }

    @SuppressWarnings("InfiniteRecursion") // what this is about
    private static int overflow(int depth) {
        return 1 + overflow(depth + 1);
    }

    @SuppressWarnings("InfiniteRecursion") // what this is about
    private static void recurse(int depth, int pause, Queue<Integer> queue) {
        if (depth == pause) {
            yieldNow();
        }
        if (depth % 500 == 0) {
            Asyncio.moveOnAfter(Asyncio.seconds(3600), () -> {
                queue.putNowait(depth);
                queue.getNowait();
            });
        }
        recurse(depth + 1, pause, queue);
    }

    // J13
    @Test
    void stackOverflow_inADoneCallback_isReportedAndTheOthersRun() {
        var reports = new ArrayList<Object>();
        var trail = new ArrayList<String>();
        try (var loop = EventLoop.create()) {
            loop.setExceptionHandler((where, report) -> reports.add(report.get("exception")));
            loop.runUntilComplete(() -> {
                Future<Integer> future = loop.createFuture();
                future.addDoneCallback(done -> overflow(1));
                future.addDoneCallback(done -> trail.add("next"));
                future.setResult(1);
                yieldNow();
                yieldNow();
            });
        }
        assertEquals(List.of("next"), trail);
        assertEquals(1, reports.size());
        assertInstanceOf(StackOverflowError.class, reports.getFirst());
    }
}
