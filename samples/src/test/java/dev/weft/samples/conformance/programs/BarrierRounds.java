package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A barrier lets its parties go together, round after round, each with an index of its own. */
final class BarrierRounds implements Program {
    private void party(String name, int ms, Barrier barrier) {
        for (int round = 0; round < 2; round++) {
            sleep(millis(ms));
            trace(name, "arrives, waiting before it", barrier.waiting());
            int index = barrier.await();
            trace(name, "passes round", round, "as", index);
        }
    }

    @Override
    public void main() {
        var barrier = new Barrier(3);
        gather(
                        createTask(() -> party("a", 30, barrier)),
                        createTask(() -> party("b", 10, barrier)),
                        createTask(() -> party("c", 20, barrier)))
                .await();
        trace("waiting", barrier.waiting(), "broken", barrier.broken(), "parties", barrier.parties());
    }
}
