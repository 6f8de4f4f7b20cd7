package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** Groups keep their shape: split and subgroup give groups of the same nesting. */
final class ExceptionGroupSplit implements Program {
    @Override
    public void main() {
        var inner = new ExceptionGroup("inner", List.of(new IllegalArgumentException("c"), new Boom("d")));
        var group = new ExceptionGroup("all", List.of(new Boom("a"), new IllegalArgumentException("b"), inner));
        trace(group);
        var split = group.split(error -> error instanceof IllegalArgumentException);
        trace("match", split.match());
        trace("rest", split.rest());
        trace(
                "subgroup",
                group.subgroup(
                        error -> error instanceof Boom && error.getMessage().equals("d")));
        trace("nothing", group.subgroup(error -> error instanceof IllegalStateException));
        split = group.split(_ -> true);
        trace("all", split.match(), "rest", split.rest());
        try {
            throw new ExceptionGroup("none", List.of());
        } catch (IllegalArgumentException error) {
            trace("empty:", error);
        }
        yieldNow();
    }
}
