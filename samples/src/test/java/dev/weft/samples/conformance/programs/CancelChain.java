package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A cancel goes down to what the innermost task waits for, and its message comes all the way up. */
final class CancelChain implements Program {
    private void link(int depth, Future<Void> bottom) {
        try {
            if (depth == 0) {
                bottom.await();
            } else {
                createTask(() -> link(depth - 1, bottom)).await();
            }
        } catch (CancelledError error) {
            trace("link", depth, "gets", error, "cancelling", currentTask().cancelling());
            throw error;
        }
    }

    @Override
    public void main() {
        Future<Void> bottom = getRunningLoop().createFuture();
        var top = createTask(() -> link(2, bottom));
        sleep(millis(10));
        trace("cancel", top.cancel("from the top"));
        trace("the bottom at once:", outcome(bottom), "the top:", outcome(top));
        try {
            top.await();
        } catch (CancelledError error) {
            trace("main gets", error);
        }
        trace(outcome(top));
    }
}
