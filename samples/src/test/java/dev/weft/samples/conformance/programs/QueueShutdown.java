package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** shutdown(): nothing goes in any more, what is in comes out, then getters are turned away. */
final class QueueShutdown implements Program {
    private void getter(String name, Queue<String> queue) {
        try {
            trace(name, "got", queue.get());
        } catch (QueueShutDownException error) {
            trace(name, error);
        }
    }

    private void putter(String item, Queue<String> queue) {
        try {
            queue.put(item);
            trace("put", item);
        } catch (QueueShutDownException error) {
            trace(item, error);
        }
    }

    @Override
    public void main() {
        var first = new Queue<String>(1);
        var getters = List.of(createTask(() -> getter("a", first)), createTask(() -> getter("b", first)));
        yieldNow();
        first.put("first");
        yieldNow();
        first.shutdown();
        Asyncio.wait(getters);

        var second = new Queue<String>(1);
        second.putNowait("x");
        var putters = List.of(createTask(() -> putter("y", second)), createTask(() -> putter("z", second)));
        yieldNow();
        second.shutdown();
        Asyncio.wait(putters);
        putter("late", second);
        getter("c", second);
        getter("d", second);
        trace("size", second.qsize(), outcomes(putters));
    }
}
