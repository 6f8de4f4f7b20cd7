package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;
import java.util.ArrayList;
import java.util.stream.Stream;

/** Sleeping tasks wake by the clock; sleep hands back the value it was given. */
final class SleepSort implements Program {
    private int sleeper(int ms) {
        int value = sleep(millis(ms), ms);
        trace("woke", value);
        return value;
    }

    @Override
    public void main() {
        var tasks = Stream.of(50, 10, 40, 20, 30)
                .map(ms -> createTask(() -> sleeper(ms)))
                .toList();
        var results = new ArrayList<Integer>();
        for (var task : tasks) {
            results.add(task.await());
        }
        trace("results", results);
    }
}
