package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** A task cancelled before its first step never runs its body; it ends in the place of that step. */
final class CancelBeforeStart implements Program {
    private void body(String name) {
        trace(name, "runs");
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        var a = createTask(() -> body("a"), "a");
        var b = createTask(() -> body("b"), "b");
        var c = createTask(() -> body("c"), "c");
        for (var task : List.of(a, b, c)) {
            task.addDoneCallback(t -> trace(task.getName(), "is done:", outcome(t)));
        }
        trace("cancel", b.cancel("too early"));
        trace("right after", outcome(b), b.cancelling());
        loop.callSoon(() -> trace("callback behind the tasks"));
        yieldNow();
        trace("one iteration later", outcomes(List.of(a, b, c)));
        try {
            b.await();
        } catch (CancelledError error) {
            trace("awaiting it gives", error);
        }
        trace("cancel again", b.cancel());
    }
}
