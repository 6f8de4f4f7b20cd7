package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A failing done callback is reported and does not keep the others from running. */
final class DoneCallbackFails implements Program {
    private void waiter(Future<Integer> future) {
        trace("waiter got", future.await());
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        loop.setExceptionHandler((_, context) -> trace("reported", context.exception()));
        Future<Integer> future = loop.createFuture();
        DoneCallback<Integer> fails = f -> {
            trace("fails");
            throw new Boom("in callback");
        };
        future.addDoneCallback(fails);
        var task = createTask(() -> waiter(future));
        yieldNow();
        future.addDoneCallback(f -> trace("third callback", f.result()));
        future.setResult(1);
        task.await();
        trace("end");
    }
}
