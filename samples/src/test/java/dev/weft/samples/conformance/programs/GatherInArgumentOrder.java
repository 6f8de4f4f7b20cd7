package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** gather gives results in argument order, whatever the order of completion; its tasks start in argument order. */
final class GatherInArgumentOrder implements Program {
    private String work(String name, int ms) {
        trace(name, "starts");
        sleep(millis(ms));
        trace(name, "ends");
        return name;
    }

    @Override
    public void main() {
        var results = gather(() -> work("a", 30), () -> work("b", 10), () -> work("c", 20));
        trace("nothing runs yet");
        trace(results.await());
        Future<String> done = getRunningLoop().createFuture();
        done.setResult("was done");
        trace(gather(done, createTask(() -> work("d", 5))).await());
    }
}
