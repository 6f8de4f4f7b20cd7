package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.stream.Stream;

/** A waiter cancelled after it was woken gives its unit to the next one. */
final class SemaphoreWokenThenCancelled implements Program {
    private void waiter(String name, Semaphore semaphore) {
        try {
            semaphore.acquire();
            trace(name, "has a unit");
        } catch (CancelledError error) {
            trace(name, "gave up");
            throw error;
        }
    }

    @Override
    public void main() {
        var semaphore = new Semaphore(1);
        semaphore.acquire();
        var tasks = Stream.of("a", "b", "c")
                .map(name -> createTask(() -> waiter(name, semaphore)))
                .toList();
        yieldNow();
        semaphore.release();
        tasks.get(0).cancel();
        sleep(millis(10));
        trace(outcomes(tasks));
        tasks.get(2).cancel();
        Asyncio.wait(tasks);
        semaphore.release();
        trace(outcomes(tasks), "locked", semaphore.locked());
    }
}
