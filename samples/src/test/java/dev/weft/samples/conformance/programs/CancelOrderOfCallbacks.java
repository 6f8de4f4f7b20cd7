package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** Who hears of a cancellation when: the body first, then the done callbacks, then the awaiters, in order. */
final class CancelOrderOfCallbacks implements Program {
    private void victim() {
        try {
            sleep(seconds(1));
        } finally {
            trace("victim leaves");
        }
    }

    private void awaiter(Task<Void> task) {
        try {
            task.await();
        } catch (CancelledError error) {
            trace("awaiter hears of it");
        }
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        var task = createTask(this::victim);
        task.addDoneCallback(t -> trace("callback 1", outcome(t)));
        var other = createTask(() -> awaiter(task));
        sleep(millis(10));
        task.addDoneCallback(t -> trace("callback 2", outcome(t)));
        loop.callSoon(() -> trace("queued before the cancel"));
        task.cancel();
        loop.callSoon(() -> trace("queued after the cancel"));
        other.await();
        trace("end");
    }
}
