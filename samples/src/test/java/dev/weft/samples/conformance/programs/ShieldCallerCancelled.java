package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** shield: the caller's cancel stops at the shield, the inner task runs on. */
final class ShieldCallerCancelled implements Program {
    private String precious() {
        sleep(millis(30));
        trace("inner ends");
        return "value";
    }

    private void caller(Task<String> inner) {
        try {
            shield(inner).await();
        } catch (CancelledError error) {
            trace("caller gets", error);
            throw error;
        }
    }

    @Override
    public void main() {
        var inner = createTask(this::precious);
        var task = createTask(() -> caller(inner));
        sleep(millis(10));
        task.cancel("not that far");
        Asyncio.wait(List.of(task));
        trace("caller", outcome(task), "inner", outcome(inner), inner.cancelling());
        trace("inner gives", inner.await());
    }
}
