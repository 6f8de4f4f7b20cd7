package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.stream.Stream;

/** release() may go above the initial value; several units wake as many waiters, a newcomer queues behind them. */
final class SemaphoreReleases implements Program {
    private void waiter(String name, Semaphore semaphore) {
        semaphore.acquire();
        trace(name, "has a unit");
    }

    @Override
    public void main() {
        var semaphore = new Semaphore(0);
        var tasks = Stream.of("a", "b", "c")
                .map(name -> createTask(() -> waiter(name, semaphore)))
                .toList();
        yieldNow();
        semaphore.release();
        semaphore.release();
        trace("two units, locked", semaphore.locked());
        var newcomer = createTask(() -> waiter("newcomer", semaphore));
        sleep(millis(10));
        trace(tasks.stream().map(Task::done).toList(), newcomer.done());
        semaphore.release();
        semaphore.release();
        newcomer.await();
        gather(tasks).await();
        for (int n = 0; n < 3; n++) {
            semaphore.release();
        }
        for (int n = 0; n < 3; n++) {
            semaphore.acquire();
            trace("unit", n, "without waiting, locked", semaphore.locked());
        }
    }
}
