package dev.weft;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@link Asyncio#dumpTasks}: every task of a loop with its stack, below those that wait for it. Tasks that wait in a circle are
 * reported, and the tasks listed without an order among them.
 *
 * <p>Works from any thread, also when the loop hangs; a task that changes meanwhile may be shown half in one state, half in the other.
 */
final class TaskDump {
    private final EventLoop loop;
    private final PrintStream out;
    private final Set<Task<?>> tasks;
    /** Which tasks each task waits for. */
    private final Map<Task<?>, List<Task<?>>> waitsFor = new LinkedHashMap<>();

    private final Set<Task<?>> awaited = new HashSet<>();

    private TaskDump(EventLoop loop, PrintStream out) {
        this.loop = loop;
        this.out = out;
        tasks = loop.tasks().snapshot();
    }

    static void print(EventLoop loop, PrintStream out) {
        var dump = new TaskDump(loop, out);
        dump.connect();
        dump.print();
    }

    private void connect() {
        tasks.forEach(task -> waitsFor.put(task, new ArrayList<>()));
        for (Task<?> task : tasks) {
            for (Future<?> awaiter : CallGraphs.awaiters(task)) {
                List<Task<?>> ofAwaiter = waitsFor.get(awaiter);
                if (ofAwaiter != null) {
                    ofAwaiter.add(task);
                    awaited.add(task);
                }
            }
        }
    }

    private void print() {
        out.println(loop + ": " + tasks.size() + (tasks.size() == 1 ? " task" : " tasks"));
        List<List<Future<?>>> cycles = cycles();
        if (!cycles.isEmpty()) {
            cycles.forEach(cycle -> out.println(CallGraphs.cycle(cycle)));
            tasks.forEach(task -> printTask(task, 0));
            return;
        }
        record Line(Task<?> task, int level) {}
        Set<Task<?>> shown = new HashSet<>();
        Deque<Line> left = new ArrayDeque<>();
        for (Task<?> root : tasks) {
            if (awaited.contains(root)) {
                continue;
            }
            left.push(new Line(root, 0));
            while (!left.isEmpty()) {
                Line line = left.pop();
                if (!shown.add(line.task)) {
                    out.println("    ".repeat(line.level) + line.task + " (shown above)");
                    continue;
                }
                printTask(line.task, line.level);
                for (Task<?> below : of(line.task).reversed()) {
                    left.push(new Line(below, line.level + 1));
                }
            }
        }
    }

    private void printTask(Task<?> task, int level) {
        String indent = "    ".repeat(level);
        out.println(indent + task);
        for (StackTraceElement frame : Stacks.suspended(task)) { // down to the call of this library that it waits in
            out.println(indent + "  at " + frame);
        }
    }

    private List<Task<?>> of(Task<?> task) {
        return waitsFor.getOrDefault(task, List.of());
    }

    /** Circles of tasks of which each waits for the next, and the last is the first. */
    private List<List<Future<?>>> cycles() {
        var cycles = new ArrayList<List<Future<?>>>();
        Set<Task<?>> seen = new HashSet<>();
        for (Task<?> start : tasks) {
            follow(start, seen, cycles);
        }
        return cycles;
    }

    /** Depth first, each task once: a task that is met again while it is on the path closes a circle. */
    private void follow(Task<?> start, Set<Task<?>> seen, List<List<Future<?>>> cycles) {
        record Step(Task<?> task, Iterator<Task<?>> left) {}
        if (!seen.add(start)) {
            return;
        }
        List<Task<?>> path = new ArrayList<>(List.of(start));
        Deque<Step> steps = new ArrayDeque<>();
        steps.push(new Step(start, of(start).iterator()));
        while (!steps.isEmpty()) {
            Step step = steps.element();
            if (!step.left.hasNext()) {
                steps.pop();
                path.removeLast();
                continue;
            }
            Task<?> next = step.left.next();
            if (seen.add(next)) {
                path.add(next);
                steps.push(new Step(next, of(next).iterator()));
            } else if (path.contains(next)) {
                List<Future<?>> cycle = new ArrayList<>(path.subList(path.indexOf(next), path.size()));
                cycle.add(next);
                cycles.add(cycle);
            }
        }
    }
}
