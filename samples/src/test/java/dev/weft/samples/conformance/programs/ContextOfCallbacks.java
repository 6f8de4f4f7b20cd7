package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** Callbacks, timers and done callbacks run in a copy of the context of their registration. */
final class ContextOfCallbacks implements Program {
    private static final ContextVar<String> var = ContextVar.of("var");

    private void callback(String name) {
        trace(name, "sees", var.get());
        var.set("changed by " + name);
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        Future<Void> future = loop.createFuture();

        var.set("soon");
        loop.callSoon(() -> callback("call_soon"));
        var.set("later");
        loop.callLater(millis(10), () -> callback("call_later"));
        var.set("done");
        future.addDoneCallback(_ -> callback("done callback"));
        var.set("given");
        var context = Context.copyCurrent();
        loop.callSoon(() -> callback("given context"), context);
        future.addDoneCallback(_ -> callback("done callback in it"), context);
        var.set("main");
        sleep(millis(20));
        future.setResult(null);
        yieldNow();
        trace("main sees", var.get(), "the given context has", context.get(var));
    }
}
