package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.ArrayList;

/** A waiting task is one of the future's callbacks: it wakes in its place among them. */
final class WakeupIsACallback implements Program {
    private void waiter(String name, Future<Integer> future) {
        trace(name, "waits");
        trace(name, "got", future.await());
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        Future<Integer> future = loop.createFuture();
        future.addDoneCallback(f -> trace("callback 1", f.result()));
        var tasks = new ArrayList<Task<?>>();
        tasks.add(createTask(() -> waiter("a", future)));
        yieldNow();
        future.addDoneCallback(f -> trace("callback 2", f.result()));
        tasks.add(createTask(() -> waiter("b", future)));
        yieldNow();
        future.addDoneCallback(f -> trace("callback 3", f.result()));
        loop.callSoon(() -> trace("queued before the result"));
        future.setResult(7);
        loop.callSoon(() -> trace("queued after the result"));
        trace("set, nobody ran yet");
        for (var task : tasks) {
            task.await();
        }
        trace("end");
    }
}
