package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.ArrayList;

/** A task that is cancelled on its own is no failure of the group. */
final class GroupChildCancelled implements Program {
    private String child(String name, int ms) {
        sleep(millis(ms));
        trace(name, "ends");
        return name;
    }

    @Override
    public void main() {
        var tasks = new ArrayList<Task<String>>();
        taskGroup(group -> {
            tasks.add(group.createTask(() -> child("a", 20)));
            tasks.add(group.createTask(() -> child("b", 30)));
            sleep(millis(10));
            trace("cancel", tasks.get(0).cancel());
        });
        trace("group ends", outcome(tasks.get(0)), outcome(tasks.get(1)));
    }
}
