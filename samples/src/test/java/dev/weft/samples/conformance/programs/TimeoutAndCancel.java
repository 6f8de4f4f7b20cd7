package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** A cancel from outside is not a timeout, whether it comes before the deadline or while the body cleans up. */
final class TimeoutAndCancel implements Program {
    private Timeout scope;

    private void body(int cleanupMs) {
        try {
            timeout(millis(20), active -> {
                scope = active;
                try {
                    sleep(seconds(1));
                } finally {
                    trace("cleans up, cancelling", currentTask().cancelling());
                    sleep(millis(cleanupMs));
                }
            });
        } catch (TimeoutException error) {
            trace("never");
        } catch (CancelledError error) {
            trace("cancelled, expired", scope.expired());
            throw error;
        }
    }

    @Override
    public void main() {
        for (var plan : List.of(List.of(10, 0), List.of(30, 40))) {
            int cancelMs = plan.get(0);
            int cleanupMs = plan.get(1);
            var task = createTask(() -> body(cleanupMs));
            sleep(millis(cancelMs));
            task.cancel();
            Asyncio.wait(List.of(task));
            trace("cancelled", cancelMs, "ms into it:", outcome(task));
        }
    }
}
