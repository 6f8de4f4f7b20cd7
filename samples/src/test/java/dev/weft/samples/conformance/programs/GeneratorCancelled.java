package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** A cancel while the consumer waits for a step arrives inside the generator first. */
final class GeneratorCancelled implements Program {
    private Generator<String> slow() {
        return generator(out -> {
            try {
                out.emit("first");
                sleep(seconds(1));
                out.emit("never");
            } catch (CancelledError error) {
                trace("generator gets", error);
                throw error;
            } finally {
                trace("generator leaves");
            }
        });
    }

    private void consumer() {
        try {
            for (var item : slow()) {
                trace("got", item);
            }
        } catch (CancelledError error) {
            trace("consumer gets", error);
            throw error;
        }
    }

    @Override
    public void main() {
        var task = createTask(this::consumer);
        sleep(millis(10));
        task.cancel("enough");
        Asyncio.wait(List.of(task));
        trace(outcome(task));
    }
}
