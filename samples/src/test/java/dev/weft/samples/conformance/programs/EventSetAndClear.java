package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A waiter woken by set() goes on although clear() came right after; a late one waits for the next set(). */
final class EventSetAndClear implements Program {
    private void waiter(String name, Event event) {
        event.await();
        trace(name, "goes on, set", event.isSet());
    }

    @Override
    public void main() {
        var event = new Event();
        var early = createTask(() -> waiter("early", event));
        yieldNow();
        var late = createTask(() -> waiter("late", event));
        event.set();
        event.clear();
        sleep(millis(10));
        trace("early", early.done(), "late", late.done());
        event.set();
        late.await();
    }
}
