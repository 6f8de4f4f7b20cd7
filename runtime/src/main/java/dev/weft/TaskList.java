package dev.weft;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a loop that are not done, in the order of their creation: what keeps them reachable. A list through the tasks
 * themselves; only the loop changes it. Another thread may take a snapshot meanwhile: a removed task links to itself, so that a
 * reader that stands on it knows to start again. It must not keep its link to the next: whoever held on to one old task would keep
 * all later ones in memory.
 */
final class TaskList {
    private static final int MOST_RESTARTS = 1_000;

    private static final VarHandle NEXT;

    static {
        try {
            NEXT = MethodHandles.lookup().findVarHandle(Task.class, "next", Task.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Task<?> first;
    private @Nullable Task<?> last;
    private int size;
    private long added;

    void add(Task<?> task) {
        task.previous = last;
        if (last == null) {
            first = task;
        } else {
            NEXT.setRelease(last, task);
        }
        last = task;
        size++;
        added++;
    }

    void remove(Task<?> task) {
        Task<?> before = task.previous;
        Task<?> after = task.next;
        if (before == null) {
            first = after;
        } else {
            NEXT.setRelease(before, after);
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        task.previous = null;
        NEXT.setRelease(task, task);
        size--;
    }

    int size() {
        return size;
    }

    /** How many there have ever been. */
    long added() {
        return added;
    }

    /** Any thread. */
    Set<Task<?>> snapshot() {
        var tasks = new LinkedHashSet<Task<?>>();
        int restarts = 0;
        Task<?> task = first;
        while (task != null && restarts <= MOST_RESTARTS) {
            if (!task.isDone()) {
                tasks.add(task);
            }
            Task<?> next = (Task<?>) NEXT.getAcquire(task);
            if (next == task) {
                restarts++; // a reader of a list that changes all the time must end all the same
                next = first;
            }
            task = next;
        }
        return tasks;
    }
}
