package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** A cancelled putter's item is not added; the slot it was woken for goes to the next one. */
final class QueuePutterCancelled implements Program {
    private void putter(String item, Queue<String> queue) {
        try {
            queue.put(item);
            trace("put", item);
        } catch (CancelledError error) {
            trace(item, "not put");
            throw error;
        }
    }

    @Override
    public void main() {
        var queue = new Queue<String>(1);
        queue.putNowait("x");
        var a = createTask(() -> putter("a", queue));
        var b = createTask(() -> putter("b", queue));
        var c = createTask(() -> putter("c", queue));
        yieldNow();
        b.cancel();
        trace("got", queue.getNowait());
        a.cancel();
        Asyncio.wait(List.of(a, b, c));
        trace(outcomes(List.of(a, b, c)), "got", queue.getNowait());
    }
}
