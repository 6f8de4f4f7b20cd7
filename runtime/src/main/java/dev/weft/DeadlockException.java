package dev.weft;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Nothing can run on a loop any more, and yet tasks wait: there is no entry in the ready queue, no timer, no channel somebody waits for,
 * no wait outside the loop, and nothing else that could give the loop work. The message names every such task with its stack and what it
 * waits for, and the circles among them.
 *
 * <p>Thrown by {@link Asyncio#run} and {@link Runner#run} (see {@link RunOptions#detectDeadlocks} for when), and always by
 * {@code TestLoop}. The tasks stay pending; {@code run} cancels them, so that their {@code finally} blocks run, before it throws.
 */
public final class DeadlockException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MOST_TASKS_SHOWN = 100;

    private final transient List<Task<?>> tasks;
    private final transient List<List<Task<?>>> cycles;

    private DeadlockException(String message, List<Task<?>> tasks, List<List<Task<?>>> cycles) {
        super(message);
        this.tasks = tasks;
        this.cycles = cycles;
    }

    /** {@return the tasks that wait, in the order of their creation} */
    public List<Task<?>> tasks() {
        return tasks;
    }

    /**
     * The circles: of each, every task waits for the next one, or for a lock that the next one holds, and the last task is the first one
     * again. None if the tasks wait for something that nobody is left to do, such as an event that nobody sets.
     *
     * @return the circles
     */
    public List<List<Task<?>>> cycles() {
        return cycles;
    }

    /** What is wrong on this loop now. Takes the stacks of its tasks: not on the loop's own stack. */
    static DeadlockException on(EventLoop loop, String remark) {
        var graph = new WaitGraph(loop);
        List<Task<?>> tasks = List.copyOf(graph.tasks());
        List<List<Task<?>>> cycles = graph.cycles();
        var text = new StringBuilder("deadlock: nothing can run any more, and ")
                .append(tasks.size())
                .append(tasks.size() == 1 ? " task waits" : " tasks wait")
                .append(remark);
        for (List<Task<?>> cycle : cycles) {
            text.append("\ncycle: ").append(describe(cycle));
        }
        for (Task<?> task : tasks.subList(0, Math.min(tasks.size(), MOST_TASKS_SHOWN))) {
            text.append('\n').append(task);
            for (StackTraceElement frame : Stacks.suspended(task).reversed()) {
                text.append("\n    at ").append(frame);
            }
        }
        if (tasks.size() > MOST_TASKS_SHOWN) {
            text.append("\nand ").append(tasks.size() - MOST_TASKS_SHOWN).append(" more");
        }
        return new DeadlockException(text.toString(), tasks, cycles);
    }

    private static String describe(List<Task<?>> cycle) {
        return cycle.getFirst().shortName()
                + cycle.subList(0, cycle.size() - 1).stream()
                        .map(task -> " waits for " + reason(task, cycle.get(cycle.indexOf(task) + 1)))
                        .collect(Collectors.joining(", which"));
    }

    private static String reason(Task<?> task, Task<?> next) {
        Future<?> awaited = task.waitingFor();
        return awaited == null || awaited.holder() == null
                ? next.shortName()
                : awaited.describeBriefly() + " held by " + next.shortName();
    }
}
