package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** At most so many at once, the others in order of arrival. */
final class SemaphoreFifo implements Program {
    private void worker(String name, int ms, Semaphore semaphore) {
        try (var _ = semaphore.hold()) {
            trace(name, "in, locked", semaphore.locked());
            sleep(millis(ms));
            trace(name, "out");
        }
    }

    @Override
    public void main() {
        var semaphore = new Semaphore(2);
        gather(
                        createTask(() -> worker("a", 20, semaphore)),
                        createTask(() -> worker("b", 10, semaphore)),
                        createTask(() -> worker("c", 25, semaphore)),
                        createTask(() -> worker("d", 13, semaphore)),
                        createTask(() -> worker("e", 1, semaphore)))
                .await();
        trace("locked", semaphore.locked());
    }
}
