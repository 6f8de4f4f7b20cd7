package dev.weft;

import dev.weft.internal.coroutine.Fiber;
import dev.weft.internal.loop.LoopEntry;
import dev.weft.internal.loop.Timer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a loop from outside, while it runs, also while something holds it up. Only what is safe to read racily: references and numbers that
 * may be a moment old, lists that their owner changes under the reader's eyes and that were made for it (the tasks, what is open, the
 * selector's keys), and stacks, which the JVM takes. Never a lock that the loop takes, never a call of users' code but {@code toString} of
 * what transports have registered.
 */
final class LoopInspector {
    private static final int MOST_SHOWN = 100;

    private final EventLoop loop;

    LoopInspector(EventLoop loop) {
        this.loop = loop;
    }

    // ---- tasks

    List<EventLoopMXBean.TaskRow> tasks(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit must not be negative, got " + limit);
        }
        long now = loop.time();
        return loop.tasks().snapshot().stream()
                .limit(limit)
                .map(task -> row(task, now))
                .toList();
    }

    private EventLoopMXBean.TaskRow row(Task<?> task, long now) {
        List<StackTraceElement> frames = Stacks.suspended(task);
        String state = state(task, !frames.isEmpty());
        int user = Stacks.innermostOfUser(frames);
        return new EventLoopMXBean.TaskRow(
                task.shortName(),
                state + (task.isAskedToStop() ? ", cancelling" : ""),
                Math.max(0, now - task.created()),
                waitsFor(task, state, frames, user),
                user < 0 ? "" : frames.get(user).toString());
    }

    private String state(Task<?> task, boolean started) {
        Fiber current = loop.core().currentFiber();
        if (current != null && current.owner() == task) {
            return switch (current.thread().getState()) {
                case BLOCKED, WAITING, TIMED_WAITING -> "blocking";
                case NEW, RUNNABLE, TERMINATED -> "running";
            };
        }
        if (!started) {
            return "new";
        }
        Future<?> awaited = task.waitingFor();
        if (awaited != null) {
            return awaited.isDone() ? "ready" : "waiting";
        }
        return task.elsewhere() ? "outside" : "ready";
    }

    /** The task, lock or queue where it is known, otherwise the call of a library that the task is in. */
    private static String waitsFor(Task<?> task, String state, List<StackTraceElement> frames, int user) {
        if (!state.equals("waiting") && !state.equals("outside") && !state.equals("blocking")) {
            return "";
        }
        Future<?> awaited = task.waitingFor();
        if (awaited != null && (awaited instanceof Task<?> || awaited.describesItself())) {
            return awaited.describeBriefly();
        }
        if (user >= 0 && user + 1 < frames.size()) {
            StackTraceElement call = frames.get(user + 1);
            String type = call.getClassName();
            return type.substring(type.lastIndexOf('.') + 1).replace('$', '.') + "." + call.getMethodName();
        }
        return awaited == null ? "" : awaited.describeBriefly();
    }

    String tree() {
        var text = new ByteArrayOutputStream();
        TaskDump.print(loop, new PrintStream(text, true, StandardCharsets.UTF_8));
        return text.toString(StandardCharsets.UTF_8);
    }

    // ---- what keeps the program alive

    List<EventLoopMXBean.Holding> holdings() {
        long now = loop.time();
        var found = new ArrayList<EventLoopMXBean.Holding>();
        addTasks(found, now);
        addTimers(found, now);
        for (OpenResource resource : loop.resources().all()) {
            found.add(holding(
                    resource.kind().name().toLowerCase(java.util.Locale.ROOT),
                    describe(resource),
                    Math.max(0, now - resource.openedAt()),
                    resource.sourceTraceback()));
        }
        addChannels(found);
        int foreign = loop.core().outsideWork();
        if (foreign > 0) {
            found.add(holding("foreign", foreign + " results of other threads are awaited", -1, null));
        }
        return found;
    }

    private void addTasks(List<EventLoopMXBean.Holding> found, long now) {
        Set<Task<?>> tasks = loop.tasks().snapshot();
        for (Task<?> task : tasks.stream().limit(MOST_SHOWN).toList()) {
            List<StackTraceElement> frames = Stacks.suspended(task);
            int user = Stacks.innermostOfUser(frames);
            String at = user < 0 ? "" : " at " + frames.get(user);
            found.add(holding("task", task + at, Math.max(0, now - task.created()), task.sourceTraceback()));
        }
        addRest(found, "task", tasks.size());
    }

    private void addTimers(List<EventLoopMXBean.Holding> found, long now) {
        int count = 0;
        for (Timer timer : loop.core().timersNow()) {
            LoopEntry entry = timer.entryNow();
            if (entry instanceof Handle handle) { // others are those of sleeps and timeouts, of tasks that is
                if (count++ < MOST_SHOWN) {
                    String due = " due in "
                            + Duration.ofNanos(Math.max(0, timer.when() - now)).toMillis() + " ms";
                    found.add(holding("timer", handle + due, -1, handle.sourceTraceback()));
                }
            }
        }
        addRest(found, "timer", count);
    }

    private static void addRest(List<EventLoopMXBean.Holding> found, String kind, int count) {
        if (count > MOST_SHOWN) {
            found.add(holding(kind, "and " + (count - MOST_SHOWN) + " more", -1, null));
        }
    }

    /** Those that users have registered themselves. */
    private void addChannels(List<EventLoopMXBean.Holding> found) {
        Set<SelectableChannel> owned = new HashSet<>();
        for (ChannelClaim claim : loop.channelCalls().claims()) {
            owned.add(claim.channel());
        }
        try {
            for (SelectableChannel channel : loop.core().channels()) {
                LoopEntry reader = loop.core().interest(channel, false);
                LoopEntry entry = reader != null ? reader : loop.core().interest(channel, true);
                if (entry != null && !owned.contains(channel)) { // nobody may wait for it any more
                    found.add(holding(
                            "channel",
                            channel.toString(),
                            -1,
                            entry instanceof Handle handle ? handle.sourceTraceback() : null));
                }
            }
        } catch (ClosedSelectorException | ConcurrentModificationException changing) {
            // The loop is being closed, or its selector is not the JDK's: what was found so far has to do.
        }
    }

    private static String describe(OpenResource resource) {
        String what;
        try {
            what = resource.what().toString();
        } catch (RuntimeException halfMade) {
            what = resource.what().getClass().getSimpleName();
        }
        return resource.received() + resource.sent() == 0
                ? what
                : "%s, %d bytes in, %d bytes out".formatted(what, resource.received(), resource.sent());
    }

    private static EventLoopMXBean.Holding holding(
            String kind, String what, long ageNanos, @Nullable List<StackTraceElement> madeAt) {
        List<String> frames = madeAt == null
                ? List.of()
                : madeAt.reversed().stream()
                        .filter(frame -> !Stacks.notOfUser(frame))
                        .map(StackTraceElement::toString)
                        .toList();
        return new EventLoopMXBean.Holding(kind, what, ageNanos, frames);
    }

    /** What keeps the JVM alive besides its loops. */
    static List<EventLoopMXBean.Holding> ofJvm() {
        var found = new ArrayList<EventLoopMXBean.Holding>();
        Set<Thread> ofLoops = new HashSet<>();
        for (EventLoop loop : RunningLoops.all()) {
            Thread thread = loop.core().loopThread();
            if (thread != null) {
                ofLoops.add(thread);
            }
        }
        ThreadGroup top = Thread.currentThread().getThreadGroup();
        while (top.getParent() != null) {
            top = top.getParent();
        }
        Thread[] threads = new Thread[2 * top.activeCount() + 16];
        int count = top.enumerate(threads, true);
        for (int i = 0; i < count; i++) {
            Thread thread = threads[i];
            if (!thread.isDaemon()
                    && !ofLoops.contains(thread)
                    && !thread.getName().equals("DestroyJavaVM")) {
                found.add(holding("thread", thread.getName() + ", " + thread.getState(), -1, null));
            }
        }
        // The executable alone: arguments may hold what is nobody's business.
        ProcessHandle.current()
                .children()
                .forEach(child -> found.add(holding(
                        "process",
                        "pid " + child.pid()
                                + child.info()
                                        .command()
                                        .map(file -> ", " + file)
                                        .orElse(""),
                        -1,
                        null)));
        return found;
    }
}
