package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** After its CancelledError a task waits normally: clean-up may take its time. */
final class CancelCleanupAwaits implements Program {
    private void body() {
        try {
            sleep(seconds(1));
        } finally {
            trace("cleans up");
            sleep(millis(20));
            for (int step = 0; step < 2; step++) {
                yieldNow();
                trace("step", step);
            }
            trace("clean");
        }
    }

    @Override
    public void main() {
        var task = createTask(this::body);
        sleep(millis(10));
        task.cancel();
        sleep(millis(10));
        trace("meanwhile", outcome(task));
        Asyncio.wait(List.of(task));
        trace("ended", outcome(task));
    }
}
