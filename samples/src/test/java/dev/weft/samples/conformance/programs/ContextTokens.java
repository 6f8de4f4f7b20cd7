package dev.weft.samples.conformance.programs;

import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.NoSuchElementException;

/** Tokens undo a set, back to no value at all, once, and only for their own variable. */
final class ContextTokens implements Program {
    private static final ContextVar<String> first = ContextVar.of("first");
    private static final ContextVar<String> second = ContextVar.withDefault("second", "default");

    private String value(ContextVar<String> var) {
        return var.get("no value");
    }

    @Override
    public void main() {
        var one = first.set("one");
        var two = first.set("two");
        trace(value(first), "before:", two.oldValue().orElseThrow(), "missing before:", !one.hadValue());
        first.reset(two);
        trace(value(first));
        first.reset(one);
        trace(value(first));
        try {
            first.reset(one);
        } catch (IllegalStateException error) {
            trace("twice:", error);
        }
        var token = second.set("set");
        try {
            first.reset(token);
        } catch (IllegalArgumentException error) {
            trace("not its token:", error);
        }
        second.reset(token);
        trace(second.get());
        try {
            first.get();
        } catch (NoSuchElementException error) {
            trace("get:", error);
        }
    }
}
