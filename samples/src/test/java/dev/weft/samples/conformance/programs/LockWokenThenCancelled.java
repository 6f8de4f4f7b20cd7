package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** A waiter cancelled after it was woken, before it ran: the lock goes to the next one, not lost. */
final class LockWokenThenCancelled implements Program {
    private void waiter(String name, Lock lock) {
        try (var _ = lock.hold()) {
            trace(name, "holds");
        } catch (CancelledError error) {
            trace(name, "gave up, locked", lock.locked());
            throw error;
        }
    }

    @Override
    public void main() {
        var lock = new Lock();
        lock.acquire();
        var a = createTask(() -> waiter("a", lock));
        var b = createTask(() -> waiter("b", lock));
        yieldNow();
        lock.release();
        trace("cancel a", a.cancel());
        Asyncio.wait(List.of(a, b));
        trace(outcome(a), outcome(b), "locked", lock.locked());
    }
}
