package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** A cancellation that finds no wait any more: the task ends cancelled and its value is dropped. */
final class CancelMyselfThenReturn implements Program {
    private String returns() {
        currentTask().cancel("too late?");
        return "dropped";
    }

    private String raises() {
        currentTask().cancel("too late?");
        throw new Boom("stronger");
    }

    @Override
    public void main() {
        var tasks = List.of(createTask(this::returns), createTask(this::raises));
        for (var task : tasks) {
            try {
                trace("value", task.await());
            } catch (CancelledError | Boom error) {
                trace("ended with", error);
            }
        }
        trace(outcomes(tasks));
    }
}
