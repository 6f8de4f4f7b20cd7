package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A value travels up a chain of tasks one iteration a link. */
final class AwaitChain implements Program {
    private int link(int depth, Future<Integer> bottom) {
        int value;
        if (depth == 0) {
            value = bottom.await();
        } else {
            value = createTask(() -> link(depth - 1, bottom)).await();
        }
        trace("link", depth, "has", value);
        return value + 1;
    }

    private void counter() {
        for (int n = 0; n < 8; n++) {
            trace("iteration", n);
            yieldNow();
        }
    }

    @Override
    public void main() {
        Future<Integer> bottom = getRunningLoop().createFuture();
        var top = createTask(() -> link(3, bottom));
        sleep(millis(10));
        var ticks = createTask(this::counter);
        bottom.setResult(0);
        trace("top has", top.await());
        ticks.await();
    }
}
