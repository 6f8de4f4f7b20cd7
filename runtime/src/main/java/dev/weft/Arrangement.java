package dev.weft;

import dev.weft.internal.coroutine.Fiber;
import dev.weft.internal.loop.Beginning;
import dev.weft.internal.loop.Fifo;
import dev.weft.internal.loop.LoopEntry;
import dev.weft.internal.loop.Steering;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Has a {@link LoopControl.Scheduler} decide in which order an iteration runs its entries. What asyncio lays down is kept: of the
 * callbacks that were asked for by {@code callSoon} and the like, the first comes first. The steps of tasks, the entries of channels and
 * those of timers with one deadline may come in any order, among those callbacks too.
 */
final class Arrangement implements Steering {
    private final LoopControl.Scheduler scheduler;

    Arrangement(LoopControl.Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public int arrange(Fifo<Object> ready, int queued, int untimed) {
        List<LoopControl.Entry> left = new ArrayList<>(ready.size());
        int position = 0;
        for (Object entry : ready) {
            left.add(new LoopControl.Entry(entry, kind(entry, position++, queued, untimed), task(entry)));
        }
        // Empty from here on: a decision may cancel a task, and what that queues belongs to the next iteration.
        ready.clear();
        scheduler.iteration();
        List<LoopControl.Entry> putOff = new ArrayList<>(0);
        List<LoopControl.Entry> ordered = new ArrayList<>(left.size());
        while (!left.isEmpty()) {
            List<LoopControl.Entry> candidates = candidates(left);
            LoopControl.Entry chosen = candidates.get(scheduler.choose(candidates));
            left.remove(chosen);
            boolean mayWait = ordered.size() + left.size() > 0; // the loop must not idle while something is ready
            boolean later = mayWait && chosen.kind() == LoopControl.Kind.TASK && scheduler.putOff(chosen);
            (later ? putOff : ordered).add(chosen);
        }
        for (LoopControl.Entry entry : putOff.reversed()) {
            ready.addFirst(entry.entry());
        }
        for (LoopControl.Entry entry : ordered.reversed()) {
            ready.addFirst(entry.entry());
        }
        ordered.forEach(scheduler::runs);
        return ordered.size();
    }

    /** Those that may come next: all but the callbacks behind the first. */
    private static List<LoopControl.Entry> candidates(List<LoopControl.Entry> left) {
        List<LoopControl.Entry> candidates = new ArrayList<>(left.size());
        boolean callbackSeen = false;
        for (LoopControl.Entry entry : left) {
            boolean callback = entry.kind() == LoopControl.Kind.CALLBACK;
            if (!callback || !callbackSeen) {
                candidates.add(entry);
            }
            callbackSeen |= callback;
        }
        return candidates;
    }

    private static LoopControl.Kind kind(Object entry, int position, int queued, int untimed) {
        if (entry instanceof Fiber || entry instanceof Beginning) {
            return LoopControl.Kind.TASK;
        }
        return position < queued
                ? LoopControl.Kind.CALLBACK
                : position < untimed ? LoopControl.Kind.CHANNEL : LoopControl.Kind.TIMER;
    }

    private static @Nullable Task<?> task(Object entry) {
        Object owner = switch (entry) {
            case Fiber fiber -> fiber.owner();
            case Beginning beginning -> beginning.owner();
            default -> ((LoopEntry) entry).owner();
        };
        return owner instanceof Task<?> task ? task : null;
    }
}
