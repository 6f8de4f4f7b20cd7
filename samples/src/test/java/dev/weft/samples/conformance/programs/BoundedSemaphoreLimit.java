package dev.weft.samples.conformance.programs;

import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** A bounded semaphore refuses one release too many and is not changed by it. */
final class BoundedSemaphoreLimit implements Program {
    @Override
    public void main() {
        var semaphore = new BoundedSemaphore(2);
        semaphore.acquire();
        semaphore.release();
        try {
            semaphore.release();
        } catch (IllegalArgumentException error) {
            trace("one too many:", error);
        }
        semaphore.acquire();
        semaphore.acquire();
        trace("locked", semaphore.locked());
        for (int value : List.of(0, -1)) {
            try {
                trace("value", value, "locked", new Semaphore(value).locked());
            } catch (IllegalArgumentException error) {
                trace("value", value, error);
            }
        }
    }
}
