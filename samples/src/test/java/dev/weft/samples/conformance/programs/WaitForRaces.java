package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Value and cancel, value and deadline in one iteration: the cancel wins over the value, so does the deadline. */
final class WaitForRaces implements Program {
    private void caller(Future<String> future) {
        try {
            trace("got", waitFor(future, millis(20)));
        } catch (TimeoutException error) {
            trace("gave", error);
        } catch (CancelledError error) {
            trace("cancelled");
            throw error;
        }
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        Future<String> cancelled = loop.createFuture();
        var first = createTask(() -> caller(cancelled));
        sleep(millis(10));
        cancelled.setResult("value");
        first.cancel();
        Asyncio.wait(List.of(first));
        trace(outcome(first), "future:", outcome(cancelled));

        Future<String> late = loop.createFuture();
        var second = createTask(() -> caller(late));
        sleep(millis(10));
        loop.callLater(millis(9), () -> late.setResult("value"));
        loop.callSoon(() -> busy(15));
        Asyncio.wait(List.of(second));
        trace(outcome(second), "future:", outcome(late));
    }
}
