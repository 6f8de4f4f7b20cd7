package dev.weft;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@link Asyncio#captureCallGraph()} and its text form. Chains of awaiting tasks can be long, hence no recursion. */
final class CallGraphs {
    private CallGraphs() {}

    static @Nullable FutureCallGraph capture(@Nullable Future<?> future, CallGraphOptions options) {
        EventLoop here = EventLoop.current();
        if (here == null && future == null) {
            throw new IllegalStateException("no loop runs on this thread, and no future was given to capture");
        }
        Task<?> current = here == null ? null : here.currentTask();
        Future<?> root = future == null ? current : future;
        if (root == null) {
            return null;
        }
        root.getLoop().checkThread();
        return build(root, of -> stack(of, current, options));
    }

    // ---- capturing

    /** One future on the way from the root: its awaiters that are still to come, and the nodes of those before. */
    private record Visit(Future<?> future, Iterator<Future<?>> left, List<FutureCallGraph> awaitedBy) {
        Visit(Future<?> future) {
            this(future, WaitGraph.awaiters(future).iterator(), new ArrayList<>());
        }
    }

    /** Depth first: a node is made when those of its awaiters are. */
    private static FutureCallGraph build(Future<?> root, Stack stacks) {
        Map<Future<?>, FutureCallGraph> made = new HashMap<>();
        Set<Future<?>> begun = new HashSet<>(Set.of(root));
        Deque<Visit> path = new ArrayDeque<>();
        path.push(new Visit(root));
        while (true) {
            Visit visit = path.element();
            if (visit.left.hasNext()) {
                Future<?> awaiter = visit.left.next();
                if (begun.add(awaiter)) {
                    path.push(new Visit(awaiter));
                } else {
                    // Begun but not made: it is on the path, and this is a circle.
                    visit.awaitedBy.add(made.getOrDefault(awaiter, new FutureCallGraph(awaiter, List.of(), List.of())));
                }
                continue;
            }
            path.pop();
            var node = new FutureCallGraph(visit.future, stacks.of(visit.future), visit.awaitedBy);
            made.put(visit.future, node);
            Visit parent = path.peek();
            if (parent == null) {
                return node;
            }
            parent.awaitedBy.add(node);
        }
    }

    private interface Stack {
        List<FrameCallGraphEntry> of(Future<?> future);
    }

    private static List<FrameCallGraphEntry> stack(
            Future<?> future, @Nullable Task<?> current, CallGraphOptions options) {
        if (!(future instanceof Task<?> task) || task.isDone()) {
            return List.of();
        }
        List<StackTraceElement> frames = new ArrayList<>(Stacks.suspended(task));
        Collections.reverse(frames);
        if (task == current) {
            frames = fromCaller(frames, options.depth());
        }
        Integer limit = options.limit();
        if (limit != null && Math.abs((long) limit) < frames.size()) {
            frames = limit >= 0 ? frames.subList(0, limit) : frames.subList(frames.size() + limit, frames.size());
        }
        return frames.stream().map(FrameCallGraphEntry::new).toList();
    }

    /** Leaves out the capture itself and its newest callers. */
    private static List<StackTraceElement> fromCaller(List<StackTraceElement> newestFirst, int depth) {
        int caller = 0;
        while (caller < newestFirst.size() && capturing(newestFirst.get(caller))) {
            caller++;
        }
        return newestFirst.subList(Math.min(Math.max(0, caller + depth - 1), newestFirst.size()), newestFirst.size());
    }

    private static boolean capturing(StackTraceElement frame) {
        return frame.getClassName().equals(CallGraphs.class.getName())
                || (frame.getClassName().equals(Asyncio.class.getName())
                        && frame.getMethodName().endsWith("CallGraph"));
    }

    // ---- formatting

    private record Line(FutureCallGraph node, int level) {}

    static String format(FutureCallGraph root) {
        var text = new StringBuilder();
        Set<Future<?>> shown = new HashSet<>();
        List<Future<?>> path = new ArrayList<>();
        Deque<Line> left = new ArrayDeque<>();
        left.push(new Line(root, 0));
        while (!left.isEmpty()) {
            Line line = left.pop();
            FutureCallGraph node = line.node;
            path.subList(line.level, path.size()).clear();
            String indent = "    ".repeat(line.level);
            text.append(indent).append("* ").append(node.future()).append('\n');
            if (!shown.add(node.future())) {
                int first = path.indexOf(node.future());
                text.append(indent)
                        .append("  ")
                        .append(first < 0 ? "shown above" : cycle(path, first))
                        .append('\n');
                continue;
            }
            path.add(node.future());
            appendStack(text, indent, node.callStack());
            if (!node.awaitedBy().isEmpty()) {
                text.append(indent).append("  + Awaited by:\n");
                for (FutureCallGraph awaiter : node.awaitedBy().reversed()) {
                    left.push(new Line(awaiter, line.level + 1));
                }
            }
        }
        return text.toString();
    }

    private static void appendStack(StringBuilder text, String indent, List<FrameCallGraphEntry> stack) {
        if (!stack.isEmpty()) {
            text.append(indent).append("  + Call stack:\n");
            for (FrameCallGraphEntry entry : stack) {
                text.append(indent).append("  |   at ").append(entry.frame()).append('\n');
            }
        }
    }

    private static String cycle(List<Future<?>> path, int first) {
        List<Future<?>> circle = new ArrayList<>(path.subList(first, path.size()));
        circle.add(path.get(first));
        return WaitGraph.describe(circle.reversed());
    }
}
