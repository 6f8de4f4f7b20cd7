package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** wait for the first exception: a cancelled future is none; without any it waits for all. */
final class WaitFirstException implements Program {
    private int work(int ms) {
        sleep(millis(ms));
        return ms;
    }

    private int work(int ms, Boom error) {
        sleep(millis(ms));
        throw error;
    }

    @Override
    public void main() {
        var tasks = List.of(
                createTask(() -> work(10)), createTask(() -> work(20, new Boom("at 20"))), createTask(() -> work(30)));
        var waited = Asyncio.wait(tasks, ReturnWhen.FIRST_EXCEPTION);
        trace("done", waited.done().size(), outcomes(tasks));
        waited = Asyncio.wait(tasks, ReturnWhen.FIRST_EXCEPTION);
        trace(
                "a failure already there: done",
                waited.done().size(),
                "pending",
                waited.pending().size());
        tasks.get(2).await();

        var others = List.of(createTask(() -> work(10)), createTask(() -> work(50)), createTask(() -> work(30)));
        getRunningLoop().callLater(millis(20), () -> others.get(1).cancel());
        waited = Asyncio.wait(others, ReturnWhen.FIRST_EXCEPTION);
        trace("done", waited.done().size(), outcomes(others));
    }
}
