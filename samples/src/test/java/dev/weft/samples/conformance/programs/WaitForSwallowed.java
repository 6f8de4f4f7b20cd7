package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** A body that answers the timeout with a value or a failure of its own: that is what comes out. */
final class WaitForSwallowed implements Program {
    private String answers(Optional<Boom> failure) {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            trace("interrupted");
            sleep(millis(5));
            if (failure.isPresent()) {
                throw failure.get();
            }
        }
        return "all the same";
    }

    @Override
    public void main() throws TimeoutException {
        trace("value", waitFor(() -> answers(Optional.empty()), millis(10)));
        try {
            waitFor(() -> answers(Optional.of(new Boom("could not stop"))), millis(10));
        } catch (Boom error) {
            trace("failure", error);
        }
        trace("cancelling", currentTask().cancelling());
    }
}
