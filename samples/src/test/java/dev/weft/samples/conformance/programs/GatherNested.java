package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A gather among the children of another: values nest, a failure inside goes up through both. */
final class GatherNested implements Program {
    private String work(String name, int ms, boolean fail) {
        sleep(millis(ms));
        trace(name, "ends");
        if (fail) {
            throw new Boom(name);
        }
        return name;
    }

    @Override
    public void main() {
        var inner = gather(() -> work("a", 20, false), () -> work("b", 10, false));
        var last = createTask(() -> work("c", 5, false));
        trace(Asyncio.<Object>gather(inner, last).await());

        inner = gather(() -> work("d", 20, false), () -> work("e", 10, true));
        last = createTask(() -> work("f", 30, false));
        try {
            Asyncio.<Object>gather(inner, last).await();
        } catch (Boom error) {
            trace("both failed with", error, "inner done", inner.done(), "last done", last.done());
        }
        sleep(millis(30));
        trace("last done", last.done());
    }
}
