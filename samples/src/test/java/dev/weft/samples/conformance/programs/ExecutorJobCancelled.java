package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** Cancelling an executor future: a job not yet begun never runs, a running one is left alone and forgotten. */
final class ExecutorJobCancelled implements Program {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

    private String job(String name) throws InterruptedException {
        ran.add(name);
        begun.countDown();
        gate.await();
        return name;
    }

    @Override
    public void main() throws InterruptedException {
        var loop = getRunningLoop();
        List<Future<String>> futures;
        try (var executor = Executors.newSingleThreadExecutor()) {
            var first = loop.runInExecutor(executor, () -> job("first"));
            var second = loop.runInExecutor(executor, () -> job("second"));
            var third = loop.runInExecutor(executor, () -> job("third"));
            futures = List.of(first, second, third);
            begun.await();
            trace("cancel", first.cancel(), second.cancel());
            trace(outcomes(futures));
            yieldNow(); // a cancel reaches the job in the next iteration
            gate.countDown();
            trace("third", third.await());
        }
        trace("ran", ran, outcomes(futures));
    }
}
