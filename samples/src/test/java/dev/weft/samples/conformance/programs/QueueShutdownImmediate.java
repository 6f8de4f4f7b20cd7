package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** shutdown(true) drops what is in the queue and counts it as done; items taken still count. */
final class QueueShutdownImmediate implements Program {
    private void joiner(Queue<String> queue) {
        queue.join();
        trace("joined");
    }

    @Override
    public void main() {
        var queue = new Queue<String>();
        for (var item : List.of("a", "b", "c")) {
            queue.putNowait(item);
        }
        var joining = createTask(() -> joiner(queue));
        trace("got", queue.get());
        yieldNow();
        queue.shutdown(true);
        trace("size", queue.qsize());
        try {
            queue.getNowait();
        } catch (QueueShutDownException error) {
            trace("get", error);
        }
        sleep(millis(10));
        trace("joined", joining.done());
        queue.taskDone();
        joining.await();
    }
}
