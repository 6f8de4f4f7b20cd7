package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the watchdog says of a loop that does not end, without waiting for it; {@link WatchdogTest} has the stalls. */
final class LoopWatchTest {
    private final EventLoop loop = EventLoop.builder().name("ending").build();
    private final LogCapture log = LogCapture.withWatchdog();

    @AfterEach
    void close() {
        log.close();
        loop.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 1 task was told, 0", "10, 10 tasks were told, 0", "13, 13 tasks were told, 3"})
    void look_tasksIgnoreTheEnd_areNamedOnceAndAtMostTen(int tasks, String expected, int more) {
        loop.runUntilComplete(() -> {
            for (int i = 0; i < tasks; i++) {
                Asyncio.createTask(() -> new Event().await(), "stays-" + i);
            }
            Asyncio.yieldNow();
        });
        var watch = new LoopWatch(loop);
        loop.beginsToEnd();
        long began = loop.endingSince();
        watch.look(began + TimeUnit.SECONDS.toNanos(9));
        assertFalse(log.contains("does not end"));
        watch.look(began + TimeUnit.SECONDS.toNanos(10));
        String report = log.only("does not end").message();
        assertTrue(report.contains(": " + expected + " to stop 10 s ago and still there"), report);
        assertEquals(Math.min(tasks, 10), report.split("Task\\[stays-", -1).length - 1, report);
        assertEquals(more > 0, report.contains("and " + more + " more"), report);
        assertTrue(report.contains("LoopWatchTest."), report);
        watch.look(began + TimeUnit.SECONDS.toNanos(100));
        log.only("does not end"); // not repeated
        loop.runUntilComplete(() -> {
            Asyncio.allTasks().stream()
                    .filter(task -> task != Asyncio.currentTask())
                    .forEach(Task::cancel);
            Asyncio.yieldNow();
        });
    }

    @ParameterizedTest
    @CsvSource("11")
    void look_nothingLeftOfALoopThatEnds_isNothingToTell(long seconds) {
        var watch = new LoopWatch(loop);
        loop.beginsToEnd();
        watch.look(loop.endingSince() + TimeUnit.SECONDS.toNanos(seconds));
        assertFalse(log.contains("does not end"), log::toString);
    }
}
