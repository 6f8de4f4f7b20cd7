package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A failing task cancels its siblings and the body; the group then fails with that failure. */
final class GroupChildFails implements Program {
    private Task<Void> sibling;

    private void fails(int ms) {
        sleep(millis(ms));
        throw new Boom("child");
    }

    private void patient() {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            trace("sibling cancelled");
            sleep(millis(10));
            trace("sibling cleaned up");
            throw error;
        }
    }

    @Override
    public void main() {
        try {
            taskGroup(group -> {
                group.createTask(() -> fails(10));
                sibling = group.createTask(this::patient);
                try {
                    sleep(seconds(1));
                } catch (CancelledError error) {
                    trace("body cancelled, cancelling", currentTask().cancelling());
                    throw error;
                }
            });
        } catch (ExceptionGroup errors) {
            trace("group failed with", errors);
        }
        trace("sibling", outcome(sibling), "cancelling", currentTask().cancelling());
        sleep(millis(10));
        trace("waits work");
    }
}
