package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.stream.Stream;

/** Waiting putters get their slots in the order they came; their items arrive in that order. */
final class QueuePuttersInOrder implements Program {
    private void putter(String item, Queue<String> queue) {
        queue.put(item);
        trace("put", item);
    }

    @Override
    public void main() {
        var queue = new Queue<String>(1);
        var tasks = Stream.of("a", "b", "c", "d")
                .map(item -> createTask(() -> putter(item, queue)))
                .toList();
        sleep(millis(10));
        trace("full", queue.full(), tasks.stream().map(Task::done).toList());
        for (int n = 0; n < tasks.size(); n++) {
            trace("got", queue.get());
            sleep(millis(10));
        }
        trace("empty", queue.empty(), tasks.stream().map(Task::done).toList());
    }
}
