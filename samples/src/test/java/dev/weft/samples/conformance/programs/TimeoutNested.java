package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.concurrent.TimeoutException;

/** Nested timeouts: only the scope that fired turns the cancel into TimeoutException. */
final class TimeoutNested implements Program {
    private Timeout outer;
    private Timeout inner;

    private void nested(int outerMs, int innerMs) {
        trace("outer", outerMs, "inner", innerMs);
        try {
            timeout(millis(outerMs), outerScope -> {
                outer = outerScope;
                try {
                    timeout(millis(innerMs), innerScope -> {
                        inner = innerScope;
                        try {
                            sleep(seconds(1));
                        } catch (CancelledError error) {
                            trace("body cancelled");
                            throw error;
                        }
                    });
                } catch (TimeoutException error) {
                    trace("inner timed out");
                    sleep(millis(1));
                } catch (CancelledError error) {
                    trace("inner passed it on");
                    throw error;
                }
            });
        } catch (TimeoutException error) {
            trace("outer timed out");
        }
        trace("expired: outer", outer.expired(), "inner", inner.expired());
    }

    @Override
    public void main() {
        nested(20, 10);
        nested(10, 20);
        trace("cancelling", currentTask().cancelling());
    }
}
