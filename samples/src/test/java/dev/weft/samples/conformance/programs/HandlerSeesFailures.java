package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** The exception handler hears of failing callbacks and timers; the loop and the other entries go on. */
final class HandlerSeesFailures implements Program {
    private void fails(String name) {
        throw new Boom(name);
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        ExceptionHandler handler = (which, context) -> trace(
                "handler:", context.exception(), "same loop", which == loop, "has a handle", context.handle() != null);

        loop.setExceptionHandler(handler);
        trace("installed", loop.getExceptionHandler() == handler);
        loop.callSoon(() -> fails("callback"));
        loop.callSoon(() -> trace("next in the queue"));
        loop.callLater(millis(10), () -> fails("timer"));
        sleep(millis(20));
        loop.callExceptionHandler(ExceptionContext.of("by hand").with("exception", new Boom("by hand")));
        loop.setExceptionHandler(null);
        trace("removed", loop.getExceptionHandler() == null);
    }
}
