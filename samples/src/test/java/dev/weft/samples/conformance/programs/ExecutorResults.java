package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** Jobs of an executor come back as loop entries, value or failure, in the order the one worker did them. */
final class ExecutorResults implements Program {
    private String job(String value) {
        if (value.equals("bad")) {
            throw new Boom(value);
        }
        return value;
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        try (var executor = Executors.newSingleThreadExecutor()) {
            var futures = Stream.of("a", "bad", "c")
                    .map(value -> loop.runInExecutor(executor, () -> job(value)))
                    .toList();
            for (int n = 0; n < 3; n++) {
                int number = n + 1;
                futures.get(n).addDoneCallback(_ -> trace("done", number));
            }
            for (var result : gatherSettled(futures).await()) {
                switch (result) {
                    case Outcome.Value(var value) -> trace("result", value);
                    case Outcome.Failure(var error) -> trace("result", error);
                }
            }
        }
        sleep(millis(10));
        trace("end");
    }
}
