package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A child cancelled on its own fails the gather with CancelledError; its siblings go on. */
final class GatherChildCancelled implements Program {
    private String child(String name, int ms) {
        sleep(millis(ms));
        trace(name, "ends");
        return name;
    }

    @Override
    public void main() {
        var a = createTask(() -> child("a", 30));
        var b = createTask(() -> child("b", 40));
        var gathered = gather(a, b);
        sleep(millis(10));
        a.cancel("only a");
        try {
            gathered.await();
        } catch (CancelledError error) {
            trace("gave", error, "cancelling", currentTask().cancelling());
        }
        trace("a", outcome(a), "b", outcome(b), "gather cancelled", gathered.cancelled());
        trace("b goes on:", b.await());
    }
}
