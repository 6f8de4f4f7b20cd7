package dev.weft;

import dev.weft.internal.coroutine.Fiber;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stacks of tasks as users think of them: oldest frame first, without the machinery. */
final class Stacks {
    /** This library's classes that stand between the code of users and what it makes, waits for or has called back. */
    private static final Set<String> OURS = Stream.of(
                    "AsCompleted",
                    "Asyncio",
                    "Barrier",
                    "BoundedMap",
                    "CallbackHandle",
                    "CallbackTimer",
                    "CapacityLimiter",
                    "ChannelCalls",
                    "ChannelWait",
                    "Condition",
                    "Conduit",
                    "Context",
                    "EagerTaskFactory",
                    "Event",
                    "EventLoop",
                    "ExecutorJobs",
                    "ExitStack",
                    "Future",
                    "Gather",
                    "Generator",
                    "GeneratorRun",
                    "Handle",
                    "Interrupts",
                    "LimitedJob",
                    "Lock",
                    "Lookups",
                    "LoopSender",
                    "OpenResources",
                    "PeriodicTask",
                    "Queue",
                    "Race",
                    "ReadinessWait",
                    "Receiver",
                    "Resolver",
                    "Runner",
                    "Select",
                    "SelectClauses",
                    "Selection",
                    "Semaphore",
                    "Shield",
                    "Shields",
                    "Slots",
                    "Stacks",
                    "Task",
                    "TaskFactory",
                    "TaskGroup",
                    "TaskStart",
                    "ThreadFutures",
                    "ThreadInlet",
                    "ThreadSender",
                    "ThreadSlots",
                    "ThreadsafeHandle",
                    "Timeout",
                    "TimerHandle",
                    "Waiters",
                    "Waiting")
            .map(name -> "dev.weft." + name)
            .collect(Collectors.toUnmodifiableSet());

    private Stacks() {}

    static List<StackTraceElement> of(Task<?> task, int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit must not be negative, got " + limit);
        }
        Throwable failure = task.failure();
        if (failure != null) {
            List<StackTraceElement> frames = visible(failure.getStackTrace());
            return List.copyOf(frames.subList(0, Math.min(limit, frames.size())));
        }
        if (task.isDone()) {
            return List.of();
        }
        List<StackTraceElement> frames = new ArrayList<>(suspended(task));
        frames.removeIf(Stacks::ours);
        return List.copyOf(frames.subList(Math.max(0, frames.size() - limit), frames.size()));
    }

    /** The frames of a task that is not done; those of the generators it is inside a step of come after its own. */
    static List<StackTraceElement> suspended(Task<?> task) {
        List<StackTraceElement> frames = List.of();
        for (Fiber fiber = task.fiber(); fiber != null; fiber = fiber.caller()) {
            List<StackTraceElement> outer = visible(fiber.thread().getStackTrace());
            outer.addAll(frames);
            frames = outer;
        }
        return frames;
    }

    static void print(Task<?> task, int limit, PrintStream out) {
        List<StackTraceElement> frames = of(task, limit);
        Throwable failure = task.failure();
        if (frames.isEmpty() && failure == null) {
            out.println("No stack for " + task);
            return;
        }
        out.println((failure == null ? "Stack for " : "Traceback for ") + task + " (most recent call last):");
        for (StackTraceElement frame : frames) {
            out.println("  at " + frame);
        }
        if (failure != null) {
            out.println(Describe.exception(failure));
        }
    }

    /** Where the calling code was called by code that is not this library's: oldest frame first, the newest {@code limit} frames. */
    static List<StackTraceElement> ofCreator(int limit) {
        List<StackTraceElement> frames = visible(Thread.currentThread().getStackTrace());
        int end = frames.size();
        while (end > 0 && ours(frames.get(end - 1))) {
            end--;
        }
        return List.copyOf(frames.subList(Math.max(0, end - limit), end));
    }

    /** Where code of the user's is, or what it has called: the innermost frame that is neither the JDK's nor this library's. */
    static @Nullable StackTraceElement usersFrame(StackTraceElement[] newestFirst) {
        for (StackTraceElement frame : newestFirst) {
            if (!ours(frame) && !machinery(frame) && !ofPlatform(frame.getClassName())) {
                return frame;
            }
        }
        return null;
    }

    /** As {@link #ofCreator}, without a library's frames among those of users. */
    static List<StackTraceElement> ofUser(int limit) {
        List<StackTraceElement> frames = visible(Thread.currentThread().getStackTrace());
        frames.removeIf(Stacks::notOfUser);
        return List.copyOf(frames.subList(Math.max(0, frames.size() - limit), frames.size()));
    }

    /** Whether a frame is this library's or the JDK's. */
    static boolean notOfUser(StackTraceElement frame) {
        return ours(frame) || library(frame.getClassName());
    }

    /** The newest frame that is neither this library's nor the JDK's; -1 if there is none. */
    static int innermostOfUser(List<StackTraceElement> oldestFirst) {
        int i = oldestFirst.size() - 1;
        while (i >= 0 && notOfUser(oldestFirst.get(i))) {
            i--;
        }
        return i;
    }

    private static boolean library(String type) {
        return ofPlatform(type) || type.startsWith("dev.weft.io.") || type.startsWith("dev.weft.cli.");
    }

    private static boolean ofPlatform(String type) {
        return type.startsWith("java.")
                || type.startsWith("javax.")
                || type.startsWith("jdk.")
                || type.startsWith("sun.")
                || type.startsWith("com.sun.");
    }

    private static boolean ours(StackTraceElement frame) {
        String name = frame.getClassName();
        int nested = name.indexOf('$');
        return OURS.contains(nested < 0 ? name : name.substring(0, nested));
    }

    static List<StackTraceElement> visible(StackTraceElement[] newestFirst) {
        var frames = new ArrayList<StackTraceElement>(newestFirst.length);
        for (int i = afterSuspension(newestFirst); i < newestFirst.length; i++) {
            if (!machinery(newestFirst[i])) {
                frames.add(newestFirst[i]);
            }
        }
        Collections.reverse(frames);
        return frames;
    }

    /** How many of the newest frames are the JDK's, called by ours to suspend the fiber. */
    private static int afterSuspension(StackTraceElement[] newestFirst) {
        int count = 0;
        while (count < newestFirst.length && newestFirst[count].getClassName().startsWith("java.")) {
            count++;
        }
        boolean ours = count < newestFirst.length
                && newestFirst[count].getClassName().startsWith("dev.weft.internal.coroutine.");
        return ours ? count : 0;
    }

    private static boolean machinery(StackTraceElement frame) {
        String type = frame.getClassName();
        return type.startsWith("dev.weft.internal.")
                || type.equals("dev.weft.Task")
                || type.startsWith("dev.weft.Task$")
                || type.equals("dev.weft.GeneratorRun")
                || type.equals("dev.weft.Stacks")
                || type.equals("dev.weft.TaskDump")
                || type.equals("dev.weft.ActionCoroutine")
                || type.startsWith("java.lang.VirtualThread")
                || type.startsWith("jdk.internal.vm.")
                || (type.equals("java.lang.Thread")
                        && (frame.getMethodName().equals("yield")
                                || frame.getMethodName().equals("getStackTrace")
                                || frame.getMethodName().startsWith("run")));
    }
}
