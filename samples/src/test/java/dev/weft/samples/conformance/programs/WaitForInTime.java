package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;
import java.util.concurrent.TimeoutException;

/** waitFor with time to spare: the value, or the very failure, of what it waits for. */
final class WaitForInTime implements Program {
    private int work(int ms) {
        sleep(millis(ms));
        return ms;
    }

    private int work(int ms, Boom error) {
        sleep(millis(ms));
        throw error;
    }

    @Override
    public void main() throws TimeoutException {
        trace("value", waitFor(() -> work(10), seconds(1)));
        trace("no limit", waitFor(() -> work(2000), null));
        var error = new Boom("inside");
        try {
            waitFor(() -> work(10, error), seconds(1));
        } catch (Boom caught) {
            trace("failure", caught, "the same object", caught == error);
        }
        sleep(seconds(2));
        trace("no timer was left to fire");
    }
}
