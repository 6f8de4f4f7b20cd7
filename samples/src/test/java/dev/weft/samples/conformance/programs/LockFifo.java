package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.stream.Stream;

/** A lock goes to the waiters in the order they came. */
final class LockFifo implements Program {
    private void worker(String name, Lock lock) {
        trace(name, "asks");
        try (var _ = lock.hold()) {
            trace(name, "holds");
            sleep(millis(10));
            trace(name, "releases");
        }
    }

    @Override
    public void main() {
        var lock = new Lock();
        trace("locked", lock.locked());
        var tasks = Stream.of("a", "b", "c")
                .map(name -> createTask(() -> worker(name, lock)))
                .toList();
        sleep(millis(5));
        trace("locked", lock.locked());
        gather(tasks).await();
        trace("locked", lock.locked());
        try {
            lock.release();
        } catch (IllegalStateException error) {
            trace("releasing a free lock:", error);
        }
    }
}
