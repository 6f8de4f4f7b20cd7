package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.ArrayList;
import java.util.List;

/** A cancelled party frees its place and disturbs nobody; another one may take it. */
final class BarrierWaiterCancelled implements Program {
    private void party(String name, Barrier barrier) {
        try {
            barrier.await();
            trace(name, "passes");
        } catch (CancelledError error) {
            trace(name, "gave up, waiting", barrier.waiting());
            throw error;
        }
    }

    @Override
    public void main() {
        var barrier = new Barrier(3);
        var tasks = new ArrayList<Task<Void>>();
        for (var name : List.of("a", "b")) {
            tasks.add(createTask(() -> party(name, barrier)));
        }
        sleep(millis(10));
        tasks.get(0).cancel();
        sleep(millis(10));
        for (var name : List.of("c", "d")) {
            tasks.add(createTask(() -> party(name, barrier)));
        }
        Asyncio.wait(tasks);
        trace(outcomes(tasks), "broken", barrier.broken());
    }
}
