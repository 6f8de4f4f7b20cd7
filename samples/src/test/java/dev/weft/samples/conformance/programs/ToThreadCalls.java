package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** toThread: value, failure, and a copy of the context whose changes do not come back. */
final class ToThreadCalls implements Program {
    private static final ContextVar<String> var = ContextVar.withDefault("var", "default");

    @Override
    public void main() {
        var loopThread = Thread.currentThread();
        Body<List<Object>, RuntimeException> job = () -> {
            var seen = var.get();
            var.set("changed in the thread");
            return List.of(seen, Thread.currentThread() == loopThread);
        };
        VoidBody<RuntimeException> failing = () -> {
            throw new Boom("in the thread");
        };

        var.set("main");
        trace("value", toThread(job));
        trace("main still sees", var.get());
        try {
            toThread(failing);
        } catch (Boom error) {
            trace("failure", error);
        }
    }
}
