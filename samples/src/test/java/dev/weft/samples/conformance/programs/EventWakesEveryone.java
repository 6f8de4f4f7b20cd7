package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.stream.Stream;

/** set() wakes all waiters, in the order they came; a set flag does not make anyone wait. */
final class EventWakesEveryone implements Program {
    private void waiter(String name, Event event) {
        trace(name, "waits");
        event.await();
        trace(name, "goes on");
    }

    @Override
    public void main() {
        var event = new Event();
        var tasks = Stream.of("a", "b", "c")
                .map(name -> createTask(() -> waiter(name, event)))
                .toList();
        yieldNow();
        getRunningLoop().callSoon(() -> trace("queued before set"));
        event.set();
        event.set();
        trace("set", event.isSet());
        gather(tasks).await();
        event.await();
        trace("no wait");
        event.clear();
        trace("set", event.isSet());
    }
}
