package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;
import java.util.List;

/** A cancelled shield is cancelled for good; what it protected ends as if nothing had happened. */
final class ShieldValueAfterCancel implements Program {
    private String inner() {
        sleep(millis(20));
        trace("inner ends");
        return "unheard";
    }

    @Override
    public void main() {
        var task = createTask(this::inner);
        var first = shield(task);
        var second = shield(task);
        sleep(millis(10));
        trace("cancel the first shield", first.cancel());
        trace(outcomes(List.of(first, second, task)));
        sleep(millis(20));
        trace(outcomes(List.of(first, second, task)));
    }
}
