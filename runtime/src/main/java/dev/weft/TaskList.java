package dev.weft;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a loop that are not done, in the order of their creation: what keeps them reachable. A list through the tasks
 * themselves; only the loop changes it. Another thread may take a snapshot meanwhile: a removed task keeps its link to the next, so
 * a reader that stands on it still finds its way to the end.
 */
final class TaskList {
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

    void add(Task<?> task) {
        task.previous = last;
        if (last == null) {
            first = task;
        } else {
            NEXT.setRelease(last, task);
        }
        last = task;
        size++;
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
        size--;
    }

    int size() {
        return size;
    }

    /** Any thread. */
    Set<Task<?>> snapshot() {
        var tasks = new LinkedHashSet<Task<?>>();
        for (Task<?> task = first; task != null; task = (Task<?>) NEXT.getAcquire(task)) {
            if (!task.done()) {
                tasks.add(task);
            }
        }
        return tasks;
    }
}
