package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A second cancel interrupts the clean-up of the first. */
final class CancelDuringCleanup implements Program {
    private void body() {
        try {
            sleep(seconds(1));
        } catch (CancelledError first) {
            trace("first", first);
            try {
                sleep(seconds(1));
                trace("never");
            } catch (CancelledError second) {
                trace("second", second, "cancelling", currentTask().cancelling());
                sleep(millis(10));
                trace("a last wait");
                throw first;
            }
        }
    }

    @Override
    public void main() {
        var task = createTask(this::body);
        sleep(millis(10));
        task.cancel("one");
        sleep(millis(10));
        task.cancel("two");
        try {
            task.await();
        } catch (CancelledError error) {
            trace("ended with", error, outcome(task));
        }
    }
}
