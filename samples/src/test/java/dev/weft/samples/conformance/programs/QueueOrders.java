package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;
import java.util.stream.Stream;

/** The other queues: smallest first, newest first; who waits is served in order all the same. */
final class QueueOrders implements Program {
    private void getter(String name, Queue<Integer> queue) {
        trace(name, "got", queue.get());
    }

    @Override
    public void main() {
        for (var queue : List.of(new Queue<Integer>(), new PriorityQueue<Integer>(), new LifoQueue<Integer>())) {
            for (int item : List.of(3, 1, 2)) {
                queue.putNowait(item);
            }
            trace(List.of(queue.get(), queue.get(), queue.get()));
            var tasks = Stream.of("a", "b")
                    .map(name -> createTask(() -> getter(name, queue)))
                    .toList();
            yieldNow();
            for (int item : List.of(6, 5, 4)) {
                queue.putNowait(item);
            }
            gather(tasks).await();
            trace("left", queue.getNowait());
        }
    }
}
