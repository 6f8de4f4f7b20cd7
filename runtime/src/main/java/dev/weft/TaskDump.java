package dev.weft;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
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
    private final WaitGraph graph;

    private TaskDump(EventLoop loop, PrintStream out) {
        this.loop = loop;
        this.out = out;
        graph = new WaitGraph(loop);
    }

    static void print(EventLoop loop, PrintStream out) {
        new TaskDump(loop, out).print();
    }

    private void print() {
        Set<Task<?>> tasks = graph.tasks();
        out.println(loop + ": " + tasks.size() + (tasks.size() == 1 ? " task" : " tasks"));
        List<List<Task<?>>> cycles = graph.cycles();
        if (!cycles.isEmpty()) {
            cycles.forEach(cycle -> out.println(WaitGraph.describe(cycle)));
            tasks.forEach(task -> printTask(task, 0));
            return;
        }
        record Line(Task<?> task, int level) {}
        Set<Task<?>> shown = new HashSet<>();
        Deque<Line> left = new ArrayDeque<>();
        for (Task<?> root : tasks) {
            if (graph.isAwaited(root)) {
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
                for (Task<?> below : graph.of(line.task).reversed()) {
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
}
