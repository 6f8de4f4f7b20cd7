package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Script;

/** One loop, several runs: what one leaves behind goes on in the next. */
final class LoopRunsSeveralMains implements Script {
    private void background() {
        for (int n = 0; n < 4; n++) {
            trace("background", n);
            sleep(millis(10));
        }
    }

    private String brief(String name, int ms) {
        trace(name, "begins");
        sleep(millis(ms));
        trace(name, "ends");
        return name;
    }

    private void failing() {
        yieldNow();
        throw new Boom("main failed");
    }

    @Override
    public void main() {
        var loop = virtualTimeLoop();
        var task = loop.createTask(this::background);
        trace(loop.runUntilComplete(() -> brief("one", 15)));
        try {
            loop.runUntilComplete(this::failing);
        } catch (Boom error) {
            trace("caught", error);
        }
        trace(loop.runUntilComplete(() -> brief("two", 8)), "background done", task.done());
        loop.runUntilComplete(task);
        trace("background done", task.done());
        loop.close();
        try {
            loop.callSoon(() -> trace("never"));
        } catch (IllegalStateException error) {
            trace("closed loop refuses:", error);
        }
    }
}
