package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** A cancelled wait gets the lock back before CancelledError comes out. */
final class ConditionWaitCancelled implements Program {
    private void waiter(Condition condition) {
        try (var _ = condition.hold()) {
            try {
                condition.await();
            } catch (CancelledError error) {
                trace("waiter gets", error, "locked", condition.locked());
                throw error;
            }
        }
        trace("never");
    }

    @Override
    public void main() {
        var condition = new Condition();
        var task = createTask(() -> waiter(condition));
        sleep(millis(10));
        try (var _ = condition.hold()) {
            task.cancel("stop waiting");
            sleep(millis(10));
            trace("main still holds the lock", outcome(task));
        }
        Asyncio.wait(List.of(task));
        trace(outcome(task), "locked", condition.locked());
    }
}
