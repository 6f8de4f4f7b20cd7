package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** Cancelling the gather itself: children are cancelled, then it fails with CancelledError, not being cancelled(). */
final class GatherCancelFuture implements Program {
    private void child(String name) {
        try {
            sleep(seconds(1));
        } finally {
            trace(name, "leaves");
        }
    }

    @Override
    public void main() {
        var gathered = gather(createTask(() -> child("a")), createTask(() -> child("b")));
        sleep(millis(10));
        trace("cancel", gathered.cancel(), "done", gathered.done());
        try {
            gathered.await();
        } catch (CancelledError error) {
            trace("gave", error);
        }
        trace("done", gathered.done(), "cancelled", gathered.cancelled(), "cancel again", gathered.cancel());
    }
}
