package dev.weft.testing;

import dev.weft.Action;
import dev.weft.Asyncio;
import dev.weft.ExceptionContext;
import dev.weft.LoopControl;
import dev.weft.RunOptions;
import dev.weft.VoidBody;
import org.jspecify.annotations.Nullable;

/** A program that can be run under any schedule, and whose failures are noticed. */
final class Trial {
    private final Action program;

    private Trial(Action program) {
        this.program = program;
    }

    /**
     * How a run went.
     *
     * @param schedule what was decided
     * @param failure what it failed with, null if it did not
     */
    record Result(Schedule schedule, @Nullable Throwable failure) {}

    /** A program that makes its loops itself. */
    static Trial ofProgram(Action program) {
        return new Trial(program);
    }

    /** A body, run in the very way in which programs are: what it leaves is cancelled, and the loop closed. */
    static <X extends Exception> Trial ofBody(VoidBody<X> body) {
        return new Trial(() -> Asyncio.run(RunOptions.DEFAULT.handleInterrupt(false), body));
    }

    Result run(Schedule schedule) {
        var reported = new Throwable[1];
        Throwable failure = null;
        try {
            LoopControl.withLoops(
                    () -> {
                        var loop = new TestLoop();
                        loop.setExceptionHandler((ignored, report) -> {
                            if (reported[0] == null) {
                                reported[0] = failure(report);
                            }
                        });
                        schedule.steer(loop);
                        return loop;
                    },
                    program);
        } catch (Throwable e) {
            failure = e;
        }
        return new Result(schedule, failure != null ? failure : reported[0]);
    }

    private static Throwable failure(ExceptionContext report) {
        Throwable exception = report.exception();
        return exception != null ? exception : new AssertionError(report.message());
    }
}
