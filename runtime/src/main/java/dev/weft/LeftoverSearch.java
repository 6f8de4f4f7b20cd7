package dev.weft;

import dev.weft.internal.loop.LoopEntry;
import java.nio.channels.SelectableChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds what is left on a loop that has nothing to do any more. */
final class LeftoverSearch {
    private final EventLoop loop;
    private final List<Leftover> found = new ArrayList<>();

    private LeftoverSearch(EventLoop loop) {
        this.loop = loop;
    }

    static List<Leftover> of(EventLoop loop) {
        var search = new LeftoverSearch(loop);
        search.addTasks();
        if (search.found.isEmpty()) {
            search.addTimers(); // else most of them are those of the tasks
        }
        search.addChannels();
        search.addGenerators();
        return List.copyOf(search.found);
    }

    private void addTasks() {
        for (Task<?> task : loop.tasks().snapshot()) {
            add("pending task " + task, task.sourceTraceback());
        }
    }

    private void addTimers() {
        for (LoopEntry entry : loop.core().timerEntries()) {
            if (entry instanceof Handle timer) {
                add("timer " + timer, timer.sourceTraceback());
            } else if (!(entry instanceof LoopControl.Simulated)
                    && !entry.getClass().getName().startsWith(Task.class.getName())) { // a task's only looks after it
                add("timer of " + Describe.ownCallback(entry), null);
            }
        }
    }

    private void addChannels() {
        Set<SelectableChannel> claimed = new HashSet<>();
        for (ChannelClaim claim : loop.channelCalls().claims()) {
            claimed.add(claim.channel());
            add("transport " + claim.owner() + " on " + claim.channel(), claim.sourceTraceback());
        }
        for (SelectableChannel channel : loop.core().channels()) {
            if (claimed.add(channel)) {
                LoopEntry reader = loop.core().interest(channel, false);
                LoopEntry entry = reader != null ? reader : loop.core().interest(channel, true);
                add("open channel " + channel, entry instanceof Handle handle ? handle.sourceTraceback() : null);
            }
        }
    }

    private void addGenerators() {
        loop.generators().left().forEach((run, trace) -> add("generator that is not at its end, " + run, trace));
    }

    private void add(String what, @Nullable List<StackTraceElement> madeAt) {
        found.add(new Leftover(what, madeAt == null ? List.of() : madeAt));
    }
}
