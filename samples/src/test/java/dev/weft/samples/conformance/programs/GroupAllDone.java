package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.ArrayList;

/** A task group ends when its last task does; results are read from the tasks. */
final class GroupAllDone implements Program {
    private String work(String name, int ms) {
        trace(name, "starts");
        sleep(millis(ms));
        trace(name, "ends");
        return name;
    }

    @Override
    public void main() {
        var tasks = new ArrayList<Task<String>>();
        taskGroup(group -> {
            tasks.add(group.createTask(() -> work("a", 20)));
            tasks.add(group.createTask(() -> work("b", 10)));
            trace("body ends");
        });
        trace("group ends", tasks.get(0).result(), tasks.get(1).result());
        taskGroup(_ -> trace("an empty one"));
        trace("ends at once");
    }
}
