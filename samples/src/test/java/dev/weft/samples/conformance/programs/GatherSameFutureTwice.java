package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;

/** The same future twice is waited for once, its value in both places. */
final class GatherSameFutureTwice implements Program {
    private String work(String name, int ms) {
        trace(name, "runs once");
        sleep(millis(ms));
        return name;
    }

    @Override
    public void main() {
        var a = createTask(() -> work("a", 20));
        var b = createTask(() -> work("b", 10));
        trace(gather(a, b, a, a).await());
        trace("done ones again", gather(a, b, a).await());
        trace("nothing at all", gather().await());
    }
}
