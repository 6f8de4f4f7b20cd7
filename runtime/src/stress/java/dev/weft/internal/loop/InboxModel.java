package dev.weft.internal.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;

/** The loop's inbox: any thread adds and looks, the loop takes all at once. */
public class InboxModel {
    private record Numbered(int number) implements LoopEntry {
        @Override
        public void run() {}
    }

    private final Inbox inbox = new Inbox();

    @Operation
    public void add(int number) {
        inbox.add(new Numbered(number));
    }

    @Operation
    public boolean isEmpty() {
        return inbox.isEmpty();
    }

    @Operation(nonParallelGroup = "loop")
    public List<Integer> drain() {
        var ready = new ArrayDeque<Object>();
        inbox.drainTo(ready);
        var numbers = new ArrayList<Integer>();
        ready.forEach(entry -> numbers.add(((Numbered) entry).number));
        return numbers;
    }
}
