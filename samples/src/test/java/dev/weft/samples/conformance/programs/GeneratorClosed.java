package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** Closing a generator half-way runs its finally blocks, which may wait; a second close does nothing. */
final class GeneratorClosed implements Program {
    private Generator<Integer> numbers() {
        return generator(out -> {
            try {
                for (int i = 0; i < 10; i++) {
                    out.emit(i);
                }
            } finally {
                trace("cleans up");
                sleep(millis(10));
                trace("clean");
            }
        });
    }

    @Override
    public void main() {
        var generator = numbers();
        try (generator) {
            for (int i : generator) {
                trace("got", i);
                if (i == 1) {
                    break;
                }
            }
            trace("left the loop");
        }
        trace("left the scope");
        generator.close();
        var neverStarted = numbers();
        neverStarted.close();
        trace("closed one that never began");
    }
}
