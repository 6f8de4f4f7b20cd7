package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** join() waits until every item put has been reported done, not only taken. */
final class QueueJoin implements Program {
    private void worker(String name, int ms, Queue<Integer> queue) {
        while (true) {
            int item = queue.get();
            trace(name, "takes", item);
            sleep(millis(ms));
            trace(name, "finished", item);
            queue.taskDone();
        }
    }

    @Override
    public void main() {
        var queue = new Queue<Integer>();
        queue.join();
        trace("nothing to wait for");
        for (int item = 0; item < 5; item++) {
            queue.putNowait(item);
        }
        var workers = List.of(createTask(() -> worker("a", 10, queue)), createTask(() -> worker("b", 17, queue)));
        queue.join();
        trace("all done");
        for (var task : workers) {
            task.cancel();
        }
        Asyncio.wait(workers);
        try {
            queue.taskDone();
        } catch (IllegalArgumentException error) {
            trace("one too many:", error);
        }
    }
}
