package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.stream.Stream;

/** Cancelling one waiter of an event does not concern the others. */
final class EventWaiterCancelled implements Program {
    private void waiter(String name, Event event) {
        try {
            event.await();
            trace(name, "goes on");
        } catch (CancelledError error) {
            trace(name, "gave up");
            throw error;
        }
    }

    @Override
    public void main() {
        var event = new Event();
        var tasks = Stream.of("a", "b", "c")
                .map(name -> createTask(() -> waiter(name, event)))
                .toList();
        yieldNow();
        tasks.get(1).cancel();
        event.set();
        tasks.get(2).cancel();
        Asyncio.wait(tasks);
        trace(outcomes(tasks));
    }
}
