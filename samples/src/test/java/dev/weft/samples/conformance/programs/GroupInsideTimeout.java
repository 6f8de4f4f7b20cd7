package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.concurrent.TimeoutException;

/** A timeout around a group: the group is cancelled and ends first, then the timeout reports. */
final class GroupInsideTimeout implements Program {
    private void child(String name, int cleanupMs) {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            sleep(millis(cleanupMs));
            trace(name, "cancelled, leaves");
            throw error;
        }
    }

    @Override
    public void main() {
        try {
            timeout(millis(10), () -> {
                taskGroup(group -> {
                    group.createTask(() -> child("a", 20));
                    group.createTask(() -> child("b", 10));
                });
            });
        } catch (TimeoutException error) {
            trace("timed out:", error);
        }
        trace("cancelling", currentTask().cancelling());
    }
}
