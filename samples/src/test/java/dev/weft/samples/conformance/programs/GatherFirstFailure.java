package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;
import java.util.List;

/** The first failure ends the gather with that very object; the other children go on. */
final class GatherFirstFailure implements Program {
    private String good(String name, int ms) {
        sleep(millis(ms));
        trace(name, "ends");
        return name;
    }

    private String bad(int ms, Boom error) {
        sleep(millis(ms));
        trace("raises", error);
        throw error;
    }

    @Override
    public void main() {
        var first = new Boom("b");
        var children = List.of(
                createTask(() -> good("a", 30)),
                createTask(() -> bad(10, first)),
                createTask(() -> bad(20, new Boom("c"))));
        try {
            gather(children).await();
        } catch (Boom error) {
            trace("gather gave", error, "the same object", error == first);
        }
        trace(outcomes(children.subList(0, 2)));
        sleep(millis(30));
        trace(outcomes(children));
    }
}
