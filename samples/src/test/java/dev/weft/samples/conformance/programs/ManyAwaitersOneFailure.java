package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Every awaiter of a failed future gets the very same exception object, in the order they began to wait. */
final class ManyAwaitersOneFailure implements Program {
    private void waiter(String name, Future<Void> future, List<Boom> seen) {
        try {
            future.await();
        } catch (Boom error) {
            trace(name, "caught", error);
            seen.add(error);
            if (name.equals("b")) {
                throw error;
            }
        }
    }

    @Override
    public void main() {
        Future<Void> future = getRunningLoop().createFuture();
        var seen = new ArrayList<Boom>();
        var tasks = Stream.of("a", "b", "c")
                .map(name -> createTask(() -> waiter(name, future, seen)))
                .toList();
        yieldNow();
        future.setException(new Boom("shared"));
        for (var task : tasks) {
            try {
                trace("task ended with", task.await());
            } catch (Boom error) {
                trace("task failed with", error, "the same object", error == seen.get(0));
            }
        }
        trace("all the same", seen.stream().allMatch(error -> error == seen.get(0)), seen.size());
    }
}
