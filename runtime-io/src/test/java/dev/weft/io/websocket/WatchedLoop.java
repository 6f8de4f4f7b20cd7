package dev.weft.io.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.Action;
import dev.weft.Asyncio;
import dev.weft.Context;
import dev.weft.EventLoop;
import dev.weft.ExceptionContext;
import dev.weft.Task;
import dev.weft.TimerHandle;
import dev.weft.VoidBody;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A loop that knows its timers, and runs a program that has to leave nothing behind: no task, no timer, no failure nobody saw. */
final class WatchedLoop extends EventLoop {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<TimerHandle> timers = new ArrayList<>();
    private final List<ExceptionContext> reports = new ArrayList<>();

    private WatchedLoop() {
        super(EventLoop.builder().name("watched"));
        setExceptionHandler((loop, context) -> reports.add(context));
    }

    static void run(VoidBody<Exception> program) throws Exception {
        try (var loop = new WatchedLoop()) {
            loop.runUntilComplete(() -> {
                Asyncio.waitFor(program, PATIENCE);
                // What was closed last may need an iteration to be gone.
                for (int i = 0; i < 100 && Asyncio.allTasks().size() > 1; i++) {
                    Asyncio.yieldNow();
                }
                assertEquals(Set.of(Asyncio.currentTask()), Asyncio.allTasks(), "tasks left behind");
            });
            assertEquals(
                    List.of(), loop.timers.stream().filter(TimerHandle::active).toList(), "timers left behind");
            assertEquals(List.of(), loop.reports, "failures nobody saw");
        }
    }

    @Override
    public TimerHandle callLater(Duration delay, Action callback, @Nullable Context context) {
        return noted(super.callLater(delay, callback, context));
    }

    @Override
    public TimerHandle callLater(Duration delay, Action callback) {
        return noted(super.callLater(delay, callback));
    }

    private TimerHandle noted(TimerHandle timer) {
        timers.removeIf(old -> !old.active());
        timers.add(timer);
        return timer;
    }

    static int otherTasks() {
        Set<Task<?>> all = Asyncio.allTasks();
        return all.size() - 1;
    }
}
