package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** Even the form that never fails because of a child fails when the gather itself is cancelled. */
final class GatherSettledCancelled implements Program {
    private String child(String name, boolean stubborn, int cleanupMs) {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            trace(name, "gets", error);
            sleep(millis(cleanupMs));
            trace(name, "cleaned up");
            if (!stubborn) {
                throw error;
            }
        }
        return name;
    }

    private void parent(List<Task<String>> children) {
        trace("never", gatherSettled(children).await());
    }

    @Override
    public void main() {
        var children = List.of(createTask(() -> child("a", false, 10)), createTask(() -> child("b", true, 20)));
        var task = createTask(() -> parent(children));
        sleep(millis(10));
        task.cancel("all");
        try {
            task.await();
        } catch (CancelledError error) {
            trace("parent ended with", kind(error));
        }
        trace(outcome(task), outcomes(children));
    }
}
