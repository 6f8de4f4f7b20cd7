package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** Done callbacks: in order of registration, each as often as registered, one iteration after the result. */
final class DoneCallbackOrder implements Program {
    @Override
    public void main() {
        Future<String> future = getRunningLoop().createFuture();
        DoneCallback<String> once = f -> trace("once", f.result());
        DoneCallback<String> twice = f -> trace("twice", f.result());
        DoneCallback<String> removed = f -> trace("never");
        for (var callback : List.of(twice, removed, once, removed, twice)) {
            future.addDoneCallback(callback);
        }
        trace("removed", future.removeDoneCallback(removed));
        trace("removed", future.removeDoneCallback(removed));
        future.setResult("value");
        trace("removed after the result", future.removeDoneCallback(once));
        trace("callbacks have not run");
        yieldNow();
        trace("callbacks have run");
        future.addDoneCallback(once);
        trace("added to a done future: not called at once");
        yieldNow();
        trace("end");
    }
}
