package dev.weft;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Stacks of tasks as users think of them: oldest frame first, without the machinery. */
final class Stacks {
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
        List<StackTraceElement> frames = visible(task.thread().getStackTrace());
        return List.copyOf(frames.subList(Math.max(0, frames.size() - limit), frames.size()));
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

    /** The current stack of the calling code, oldest frame first, at most {@code limit} of the newest frames. */
    static List<StackTraceElement> here(int limit) {
        List<StackTraceElement> frames = visible(Thread.currentThread().getStackTrace());
        return List.copyOf(frames.subList(Math.max(0, frames.size() - limit), frames.size()));
    }

    static List<StackTraceElement> visible(StackTraceElement[] newestFirst) {
        var frames = new ArrayList<StackTraceElement>(newestFirst.length);
        for (StackTraceElement frame : newestFirst) {
            if (!machinery(frame)) {
                frames.add(frame);
            }
        }
        Collections.reverse(frames);
        return frames;
    }

    private static boolean machinery(StackTraceElement frame) {
        String type = frame.getClassName();
        return type.startsWith("dev.weft.internal.")
                || type.equals("dev.weft.Task")
                || type.equals("dev.weft.Stacks")
                || type.startsWith("java.lang.VirtualThread")
                || type.startsWith("jdk.internal.vm.")
                || (type.equals("java.lang.Thread")
                        && (frame.getMethodName().equals("yield")
                                || frame.getMethodName().equals("getStackTrace")
                                || frame.getMethodName().startsWith("run")));
    }
}
