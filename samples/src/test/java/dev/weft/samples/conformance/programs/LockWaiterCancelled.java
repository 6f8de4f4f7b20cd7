package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.stream.Stream;

/** A cancelled waiter leaves the line; the others keep their order. */
final class LockWaiterCancelled implements Program {
    private void waiter(String name, Lock lock) {
        try {
            lock.acquire();
        } catch (CancelledError error) {
            trace(name, "gave up");
            throw error;
        }
        trace(name, "holds");
        lock.release();
    }

    @Override
    public void main() {
        var lock = new Lock();
        lock.acquire();
        var tasks = Stream.of("a", "b", "c", "d")
                .map(name -> createTask(() -> waiter(name, lock)))
                .toList();
        yieldNow();
        tasks.get(1).cancel();
        sleep(millis(10));
        tasks.get(0).cancel();
        lock.release();
        trace("released");
        Asyncio.wait(tasks);
        trace(outcomes(tasks), "locked", lock.locked());
    }
}
