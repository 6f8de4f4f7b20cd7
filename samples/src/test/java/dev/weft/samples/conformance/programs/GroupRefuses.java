package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A group takes no task after a failure and none when it is over; what it refuses never runs. */
final class GroupRefuses implements Program {
    private void never() {
        trace("never");
    }

    private void fails() {
        throw new Boom("child");
    }

    private void attempt(TaskGroup group, String when) {
        try {
            group.createTask(this::never);
        } catch (IllegalStateException error) {
            trace(when, "refused:", error);
        }
    }

    private void lateComer(TaskGroup group) {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            attempt(group, "while shutting down");
            throw error;
        }
    }

    @Override
    public void main() {
        var group = new TaskGroup();
        attempt(group, "before it began");
        try {
            group.run(_ -> {
                group.createTask(() -> lateComer(group));
                group.createTask(this::fails);
            });
        } catch (ExceptionGroup errors) {
            trace(errors);
        }
        attempt(group, "after the end");
    }
}
