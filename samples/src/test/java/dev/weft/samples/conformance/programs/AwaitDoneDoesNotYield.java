package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** Awaiting what is already done does not give way; awaiting what is not does, by one iteration. */
final class AwaitDoneDoesNotYield implements Program {
    @Override
    public void main() {
        var loop = getRunningLoop();
        Future<String> done = loop.createFuture();
        done.setResult("ready");
        loop.callSoon(() -> trace("callback"));
        trace("awaited", done.await());
        trace("again", done.await());
        Future<String> pending = loop.createFuture();
        loop.callSoon(() -> pending.setResult("later"));
        trace("awaits the pending one");
        trace("awaited", pending.await());
    }
}
