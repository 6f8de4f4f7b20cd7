package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** No item is lost with a cancelled getter, even one that had been woken for it. */
final class QueueGetterCancelled implements Program {
    private void getter(String name, Queue<String> queue) {
        try {
            trace(name, "got", queue.get());
        } catch (CancelledError error) {
            trace(name, "gave up, size", queue.qsize());
            throw error;
        }
    }

    @Override
    public void main() {
        var queue = new Queue<String>();
        var a = createTask(() -> getter("a", queue));
        var b = createTask(() -> getter("b", queue));
        var c = createTask(() -> getter("c", queue));
        yieldNow();
        a.cancel();
        queue.putNowait("first");
        b.cancel();
        Asyncio.wait(List.of(a, b, c));
        trace(outcomes(List.of(a, b, c)), "size", queue.qsize());
    }
}
