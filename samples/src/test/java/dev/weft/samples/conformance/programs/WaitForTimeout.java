package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.concurrent.TimeoutException;

/** waitFor after its timeout: the body is interrupted, cleans up, and only then comes TimeoutException. */
final class WaitForTimeout implements Program {
    private void slow(int cleanupMs) {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            trace("interrupted");
            sleep(millis(cleanupMs));
            trace("cleaned up");
            throw error;
        }
    }

    @Override
    public void main() {
        try {
            waitFor(() -> slow(30), millis(10));
        } catch (TimeoutException error) {
            trace("gave", error, "cause", kind(error.getCause()));
        }
        trace("cancelling", currentTask().cancelling());
        sleep(millis(10));
        trace("waits work");
    }
}
