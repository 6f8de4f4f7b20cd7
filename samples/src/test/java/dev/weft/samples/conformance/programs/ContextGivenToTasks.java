package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.stream.Stream;

/** Tasks given one context share it: each sees what the other left there. */
final class ContextGivenToTasks implements Program {
    private static final ContextVar<String> log = ContextVar.withDefault("log", "");

    private void append(String letter) {
        for (int n = 0; n < 2; n++) {
            log.set(log.get() + letter);
            yieldNow();
        }
    }

    @Override
    public void main() {
        var context = Context.copyCurrent();
        var options = TaskOptions.DEFAULT.context(context);
        var tasks = Stream.of("a", "b")
                .map(letter -> createTask(() -> append(letter), options))
                .toList();
        gather(tasks).await();
        trace("context", context.get(log), "main", log.get().isEmpty());
    }
}
