package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** With return_exceptions, here gatherSettled, every outcome is a result, that of a cancelled child too. */
final class GatherReturnExceptions implements Program {
    private String work(String name, int ms) {
        sleep(millis(ms));
        if (name.equals("bad")) {
            throw new Boom(name);
        }
        return name;
    }

    @Override
    public void main() {
        var tasks = List.of(
                createTask(() -> work("good", 30)),
                createTask(() -> work("bad", 10)),
                createTask(() -> work("cut", 40)));
        getRunningLoop().callLater(millis(20), () -> tasks.get(2).cancel());
        for (var result : gatherSettled(tasks).await()) {
            switch (result) {
                case Outcome.Value(var value) -> trace("result", value);
                case Outcome.Failure(var error) -> trace("result", kind(error));
            }
        }
    }
}
