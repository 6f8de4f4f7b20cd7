package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** Two tasks await one plain future: cancelling one cancels the future, and so interrupts the other. */
final class CancelOneOfTwoAwaiters implements Program {
    private void waiter(String name, Future<Void> future) {
        try {
            future.await();
        } catch (CancelledError error) {
            trace(name, "gets", error, "cancelling", currentTask().cancelling());
            throw error;
        }
    }

    @Override
    public void main() {
        Future<Void> future = getRunningLoop().createFuture();
        var a = createTask(() -> waiter("a", future));
        var b = createTask(() -> waiter("b", future));
        yieldNow();
        trace("cancel b", b.cancel("for b"));
        trace("future", outcome(future));
        Asyncio.wait(List.of(a, b));
        trace(outcome(a), outcome(b));
    }
}
