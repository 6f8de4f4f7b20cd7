package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** Tasks may be added by tasks, also after the body has ended; the group waits for them too. */
final class GroupGrows implements Program {
    private void grow(TaskGroup group, int depth) {
        trace("depth", depth, "starts");
        sleep(millis(10));
        if (depth < 3) {
            group.createTask(() -> grow(group, depth + 1));
        }
        trace("depth", depth, "ends");
    }

    @Override
    public void main() {
        taskGroup(group -> {
            group.createTask(() -> grow(group, 0));
            trace("body ends");
        });
        trace("group ends");
    }
}
