package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Script;

/** stop() before the run means exactly one iteration, with due timers but without waiting for any. */
final class StopBeforeRun implements Script {
    @Override
    public void main() {
        var loop = virtualTimeLoop();
        Action again = () -> {
            trace("ready");
            loop.callSoon(() -> trace("of the next iteration"));
        };
        loop.callSoon(again);
        loop.callLater(millis(-1), () -> trace("timer already due"));
        loop.callLater(seconds(10), () -> trace("timer of ten seconds"));
        loop.stop();
        loop.runForever();
        trace("one iteration");
        loop.stop();
        loop.runForever();
        trace("one more");
        loop.callLater(seconds(20), loop::stop);
        loop.runForever();
        trace("twenty seconds, no time outside the loop");
        loop.close();
    }
}
