package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** An asynchronous generator runs only while its consumer asks; nothing of it before the first step. */
final class GeneratorValues implements Program {
    private Generator<Integer> numbers(int n) {
        return generator(out -> {
            trace("generator begins");
            for (int i = 0; i < n; i++) {
                sleep(millis(10));
                trace("yields", i);
                out.emit(i);
            }
            trace("generator ends");
        });
    }

    private Generator<String> failing() {
        return generator(out -> {
            out.emit("one");
            throw new Boom("second step");
        });
    }

    private void ticker() {
        for (int n = 0; n < 3; n++) {
            sleep(millis(6));
            trace("tick");
        }
    }

    @Override
    public void main() {
        var ticking = createTask(this::ticker);
        var generator = numbers(3);
        trace("created");
        for (int i : generator) {
            trace("consumer got", i);
            sleep(millis(1));
        }
        ticking.await();
        try {
            for (var value : failing()) {
                trace("got", value);
            }
        } catch (Boom error) {
            trace("caught", error);
        }
    }
}
