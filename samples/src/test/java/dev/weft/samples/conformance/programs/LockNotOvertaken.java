package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A released lock belongs to the first waiter, even before that one has run: nobody overtakes it. */
final class LockNotOvertaken implements Program {
    private void waiter(Lock lock) {
        trace("waiter asks");
        try (var _ = lock.hold()) {
            trace("waiter holds");
            yieldNow();
        }
    }

    private void lateComer(Lock lock) {
        trace("late comer asks, locked", lock.locked());
        try (var _ = lock.hold()) {
            trace("late comer holds");
        }
    }

    @Override
    public void main() {
        var lock = new Lock();
        lock.acquire();
        var first = createTask(() -> waiter(lock));
        yieldNow();
        var second = createTask(() -> lateComer(lock));
        lock.release();
        trace("released");
        lock.acquire();
        trace("main holds it again, last in line");
        lock.release();
        gather(first, second).await();
    }
}
