package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** uncancel() down to zero takes back a cancel that was not delivered yet; one of two does not. */
final class UncancelWithdraws implements Program {
    private void changesItsMind(int cancels) {
        var me = currentTask();
        for (int n = 0; n < cancels; n++) {
            me.cancel();
        }
        trace("uncancel", me.uncancel());
        try {
            sleep(millis(10));
            trace("was not interrupted");
        } catch (CancelledError error) {
            trace("was interrupted, cancelling", me.cancelling());
            throw error;
        }
    }

    @Override
    public void main() {
        for (int cancels : List.of(1, 2)) {
            var task = createTask(() -> changesItsMind(cancels));
            Asyncio.wait(List.of(task));
            trace(outcome(task), "cancelling", task.cancelling());
        }
    }
}
