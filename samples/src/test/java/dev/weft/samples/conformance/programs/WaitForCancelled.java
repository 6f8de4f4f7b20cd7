package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Cancelling the caller of waitFor: the body is interrupted and cleans up, the caller is cancelled. */
final class WaitForCancelled implements Program {
    private void body() {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            trace("body interrupted");
            sleep(millis(10));
            trace("body cleaned up");
            throw error;
        }
    }

    private void caller(Duration timeout) throws TimeoutException {
        try {
            waitFor(this::body, timeout);
        } catch (CancelledError error) {
            trace("caller interrupted");
            throw error;
        }
    }

    @Override
    public void main() {
        for (var timeout : Arrays.asList(seconds(10), null)) {
            var task = createTask(() -> caller(timeout));
            sleep(millis(10));
            trace("cancel", task.cancel());
            Asyncio.wait(List.of(task));
            trace(outcome(task), "cancelling", task.cancelling());
        }
    }
}
