package dev.weft.samples.conformance.programs;

import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** Context.run: changes stay in that context; a copy is a snapshot; a context is entered once at a time. */
final class ContextRun implements Program {
    private static final ContextVar<String> var = ContextVar.withDefault("var", "default");

    private String change() {
        trace("inside", var.get());
        var.set("changed");
        return "returned";
    }

    private void fail() {
        var.set("before the failure");
        throw new Boom("inside");
    }

    @Override
    public void main() {
        var.set("main");
        var context = Context.copyCurrent();
        trace(context.run(this::change), "main", var.get(), "context", context.get(var));
        var snapshot = context.copy();
        context.run(() -> var.set("changed again"));
        trace("snapshot", snapshot.get(var), "context", context.get(var));
        var empty = new Context();
        trace("empty", empty.contains(var), empty.size(), empty.run(() -> var.get()));

        try {
            context.run(() -> context.run(this::change));
        } catch (IllegalStateException error) {
            trace("entered twice:", error);
        }

        try {
            context.run(this::fail);
        } catch (Boom error) {
            trace(error, "context", context.get(var), "main", var.get());
        }
    }
}
