package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A bounded queue makes the producer wait for the consumer. */
final class QueueProducerConsumer implements Program {
    private void producer(Queue<Integer> queue) {
        for (int item = 0; item < 5; item++) {
            queue.put(item);
            trace("put", item, "size", queue.qsize());
        }
        queue.put(null);
    }

    private void consumer(Queue<Integer> queue) {
        Integer item;
        while ((item = queue.get()) != null) {
            trace("got", item, "size", queue.qsize());
            sleep(millis(10));
        }
        trace("no more");
    }

    @Override
    public void main() {
        var queue = new Queue<Integer>(2);
        gather(createTask(() -> producer(queue)), createTask(() -> consumer(queue)))
                .await();
        trace("empty", queue.empty(), "full", queue.full());
    }
}
