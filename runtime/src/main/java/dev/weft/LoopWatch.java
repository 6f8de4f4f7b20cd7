package dev.weft;

import dev.weft.internal.coroutine.Fiber;
import dev.weft.internal.loop.SpareMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the {@link Watchdog} knows of one loop. All reads of the loop's state are racy: a report may be late, and is never repeated much. */
final class LoopWatch {
    static final Logger LOG = LoggerFactory.getLogger("dev.weft.watchdog");

    private static final long ENDING_PATIENCE = TimeUnit.SECONDS.toNanos(10);

    /** How much longer a stall has lasted when it is reported again. */
    private static final int FACTOR = 10;

    private static final int MOST_TASKS = 10;
    private static final int MOST_FRAMES = 30;

    /** More threads than these are not worth the time it takes to write all of them down. */
    private static final int MOST_TASKS_IN_A_DUMP = 10_000;

    private final EventLoop loop;
    private int progress;
    private long since;
    private long nextReport;
    private long endingReported;

    LoopWatch(EventLoop loop) {
        this.loop = loop;
        progress = loop.core().progress() - 1;
    }

    /** Looks whether the loop is where it was when this was called last. */
    void look(long now) {
        int reached = loop.core().progress();
        if (reached != progress || loop.core().asleep()) {
            progress = reached;
            since = now;
            nextReport = limit();
        } else {
            Fiber fiber = loop.core().currentFiber();
            boolean portable = loop.mode() == EventLoop.Mode.PORTABLE;
            if (fiber != null && !portable) {
                letTryAgain(fiber.thread(), loop.core().loopThread());
            } else if (fiber != null && now - since >= loop.longestWait() && waitsWithoutEnd(fiber.thread())) {
                fiber.overtake();
            }
            try {
                if (now - since >= nextReport) {
                    boolean first = nextReport == limit();
                    nextReport = nextReport > Long.MAX_VALUE / FACTOR ? Long.MAX_VALUE : nextReport * FACTOR;
                    reportStall(fiber, reached, now - since, first);
                }
            } finally {
                // Last, for it makes the threads look as if they ran; and in any case, for a report may find no memory.
                if (fiber != null && portable) {
                    freeCarrier(fiber.thread(), loop.core().loopThread());
                }
            }
        }
        long ending = loop.endingSince();
        if (ending != 0 && ending != endingReported && now - ending >= ENDING_PATIENCE) {
            endingReported = ending;
            reportSurvivors(now - ending);
        }
    }

    /**
     * A task's thread that had to park on the loop's own, for want of memory to put its stack aside, stays there even when what it waits
     * for has come. Waking it for no reason does no harm anywhere: it looks, and parks again, properly if it can by now.
     */
    private static void letTryAgain(Thread thread, @Nullable Thread loopThread) {
        // Whoever parks the loop's thread itself says what for.
        if (loopThread != null && waits(loopThread.getState()) && LockSupport.getBlocker(loopThread) == null) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * The same in portable mode, where who had to park so keeps a carrier: the loop, which its task may need, or the task, which the loop needs
     * then. Earlier ones that did so are not in the way any more, for the loop has come this far. It takes a little memory to go on.
     */
    private static void freeCarrier(Thread thread, @Nullable Thread loopThread) {
        SpareMemory.heapIsFull();
        LockSupport.unpark(thread);
        LockSupport.unpark(loopThread);
    }

    /** For what may have to come from the loop that waits with it. A wait with a limit ends by itself. */
    private static boolean waitsWithoutEnd(Thread thread) {
        Thread.State state = thread.getState();
        return state == Thread.State.WAITING || state == Thread.State.BLOCKED;
    }

    static boolean waits(Thread.State state) {
        return switch (state) {
            case WAITING, TIMED_WAITING, BLOCKED -> true;
            case RUNNABLE, NEW, TERMINATED -> false;
        };
    }

    private long limit() {
        return Math.max(Durations.nanos(loop.getSlowCallbackDuration()), TimeUnit.MILLISECONDS.toNanos(1));
    }

    /**
     * Whether the step has come upon classes that the JVM has yet to load or to initialise. It does so once: a program's first request is slow,
     * and nobody's mistake.
     */
    private static boolean loadsClasses(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (frame.getMethodName().equals("<clinit>") || frame.getClassName().startsWith("jdk.internal.loader.")) {
                return true;
            }
        }
        return false;
    }

    private void reportStall(@Nullable Fiber fiber, int reached, long nanos, boolean first) {
        Thread loopThread = loop.core().loopThread();
        StackTraceElement[] loopStack = loopThread == null ? new StackTraceElement[0] : loopThread.getStackTrace();
        StackTraceElement[] stack = fiber == null ? loopStack : fiber.thread().getStackTrace();
        Thread.State state = fiber == null ? null : fiber.thread().getState();
        Object blocker = fiber == null ? null : LockSupport.getBlocker(fiber.thread());
        boolean portable = loop.mode() == EventLoop.Mode.PORTABLE;
        MonitorHolder holder = fiber == null || !portable ? null : holder(fiber.thread());
        if (loop.core().progress() != reached || loop.core().asleep() || !loop.isRunning()) {
            return; // it has just gone on: the stacks are of something else
        }
        if (first && loadsClasses(stack)) {
            return; // told of if it takes ten times as long
        }
        StackTraceElement frame = Stacks.usersFrame(stack);
        Object owner = fiber == null ? "the loop itself" : fiber.owner() == null ? "a callback" : fiber.owner();
        var text = new StringBuilder()
                .append(owner)
                .append(" has not given way for ")
                .append(TimeUnit.NANOSECONDS.toMillis(nanos))
                .append(" ms")
                .append(frame == null ? "" : ", at " + frame)
                .append("; nothing else runs on ")
                .append(loop)
                .append(" meanwhile.");
        if (state != null) {
            text.append(" Its thread, ")
                    .append(waits(state) ? "waiting" : "running")
                    .append(blocker == null ? "" : " for " + blocker)
                    .append(holder == null ? "" : " for a monitor held by " + holder.name())
                    .append(':');
            append(text, stack);
        }
        if (loopThread != null && loopThread != (fiber == null ? null : fiber.thread())) {
            text.append("\n  The loop's thread, ").append(loopThread.getName()).append(':');
            append(text, loopStack);
        }
        boolean certain = holder != null && isTasks(holder);
        if (portable && (state == Thread.State.WAITING || state == Thread.State.BLOCKED)) {
            text.append("\n  ")
                    .append(
                            certain
                                    ? "That is a task of this loop, which now goes on"
                                    : "If what it waits for is to come from a task of this loop, neither goes on,"
                                            + " unless the loop does, after "
                                            + TimeUnit.NANOSECONDS.toMillis(loop.longestWait()) + " ms")
                    .append(": use Weft's own locks and queues, or confined mode.");
            appendSuspended(text, owner);
        }
        LOG.warn("{}", text);
        if (fiber != null && certain) {
            fiber.overtake();
        }
    }

    private @Nullable MonitorHolder holder(Thread waiting) {
        return waiting.getState() == Thread.State.BLOCKED && loop.tasks().size() <= MOST_TASKS_IN_A_DUMP
                ? MonitorHolder.of(waiting)
                : null;
    }

    private boolean isTasks(MonitorHolder holder) {
        for (Task<?> task : loop.tasks().snapshot()) {
            for (Thread thread : task.threads()) {
                if (thread.threadId() == holder.id()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Who may hold what is waited for: the JVM does not say who holds a lock that is no monitor. */
    private void appendSuspended(StringBuilder text, Object waiting) {
        int count = 0;
        for (Task<?> task : loop.tasks().snapshot()) {
            List<Thread> threads = task.threads();
            StackTraceElement frame = task == waiting || threads.isEmpty()
                    ? null
                    : Stacks.usersFrame(threads.getFirst().getStackTrace());
            if (frame != null) {
                text.append(count == 0 ? "\n  Suspended meanwhile: " : ", ").append(task.getName() + " at " + frame);
                if (++count == MOST_TASKS) {
                    return;
                }
            }
        }
    }

    private static void append(StringBuilder text, StackTraceElement[] stack) {
        for (int i = 0; i < Math.min(stack.length, MOST_FRAMES); i++) {
            text.append("\n    at ").append(stack[i]);
        }
        if (stack.length > MOST_FRAMES) {
            text.append("\n    and ").append(stack.length - MOST_FRAMES).append(" more");
        }
    }

    private void reportSurvivors(long nanos) {
        Set<Task<?>> tasks = loop.tasks().snapshot();
        List<String> lines = new ArrayList<>();
        for (Task<?> task : tasks) {
            if (lines.size() == MOST_TASKS) {
                lines.add("and " + (tasks.size() - MOST_TASKS) + " more");
                break;
            }
            lines.add(task + " at " + task.getStack());
        }
        if (!tasks.isEmpty()) {
            LOG.warn(
                    "{} does not end: {} {} told to stop {} s ago and still there:\n  {}",
                    loop,
                    tasks.size(),
                    tasks.size() == 1 ? "task was" : "tasks were",
                    TimeUnit.NANOSECONDS.toSeconds(nanos),
                    String.join("\n  ", lines));
        }
    }
}
