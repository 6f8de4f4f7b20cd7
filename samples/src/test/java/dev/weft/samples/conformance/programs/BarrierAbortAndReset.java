package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;
import java.util.stream.Stream;

/** abort() breaks the barrier for those waiting and those to come; reset() makes it whole again. */
final class BarrierAbortAndReset implements Program {
    private void party(String name, Barrier barrier) {
        try {
            trace(name, "passes as", barrier.await());
        } catch (BrokenBarrierException error) {
            trace(name, error);
        }
    }

    @Override
    public void main() {
        var barrier = new Barrier(3);
        var waiting = List.of(createTask(() -> party("a", barrier)), createTask(() -> party("b", barrier)));
        sleep(millis(10));
        barrier.abort();
        trace("aborted, broken", barrier.broken());
        gather(waiting).await();
        party("late", barrier);
        barrier.reset();
        trace("reset, broken", barrier.broken());

        waiting = List.of(createTask(() -> party("c", barrier)), createTask(() -> party("d", barrier)));
        sleep(millis(10));
        barrier.reset();
        gather(waiting).await();
        trace("reset while they waited, broken", barrier.broken(), "waiting", barrier.waiting());
        gather(Stream.of("e", "f", "g")
                        .map(name -> createTask(() -> party(name, barrier)))
                        .toList())
                .await();
    }
}
