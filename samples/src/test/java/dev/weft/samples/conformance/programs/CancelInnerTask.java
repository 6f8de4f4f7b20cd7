package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** Cancelling a task somebody awaits: the awaiter sees CancelledError without having been cancelled itself. */
final class CancelInnerTask implements Program {
    private void inner() {
        sleep(seconds(1));
    }

    private String catching(Task<Void> task) {
        try {
            task.await();
        } catch (CancelledError error) {
            trace("caught", error, "cancelling", currentTask().cancelling());
        }
        return "went on";
    }

    private void passing(Task<Void> task) {
        task.await();
    }

    @Override
    public void main() {
        var task = createTask(this::inner);
        var first = createTask(() -> catching(task));
        var second = createTask(() -> passing(task));
        sleep(millis(10));
        task.cancel("only you");
        trace(first.await());
        try {
            second.await();
        } catch (CancelledError error) {
            trace("the second one passed it on:", kind(error));
        }
        trace(outcome(task), outcome(first), outcome(second), "cancelling", second.cancelling());
    }
}
