package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.stream.Stream;

/** Waiting getters are served in the order they came, one item each. */
final class QueueGettersInOrder implements Program {
    private void getter(String name, Queue<Integer> queue) {
        trace(name, "waits");
        trace(name, "got", queue.get());
    }

    @Override
    public void main() {
        var queue = new Queue<Integer>();
        var tasks = Stream.of("a", "b", "c")
                .map(name -> createTask(() -> getter(name, queue)))
                .toList();
        yieldNow();
        queue.putNowait(1);
        queue.putNowait(2);
        trace("put two, size", queue.qsize());
        yieldNow();
        trace("size", queue.qsize());
        queue.put(3);
        gather(tasks).await();
    }
}
