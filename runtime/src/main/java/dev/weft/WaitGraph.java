package dev.weft;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which tasks of a loop wait for which: because they await them, or because those hold the lock they wait for. Reads racily: any
 * thread may ask. Chains of tasks can be long, hence no recursion.
 */
final class WaitGraph {
    private final Set<Task<?>> tasks;
    private final Map<Task<?>, List<Task<?>>> waitsFor = new LinkedHashMap<>();
    private final Set<Task<?>> blocking = new HashSet<>();

    WaitGraph(EventLoop loop) {
        tasks = loop.tasks().snapshot();
        tasks.forEach(task -> waitsFor.put(task, new ArrayList<>()));
        for (Task<?> task : tasks) {
            for (Future<?> awaiter : awaiters(task)) {
                connect(awaiter, task);
            }
        }
        connectHolders();
    }

    private void connectHolders() {
        Map<Thread, Task<?>> byThread = new HashMap<>();
        for (Task<?> task : tasks) {
            task.threads().forEach(thread -> byThread.put(thread, task));
        }
        for (Task<?> task : tasks) {
            Future<?> awaited = task.waitingFor();
            Task<?> holder = awaited == null ? null : byThread.get(awaited.holder());
            if (holder != null) {
                connect(task, holder);
            }
        }
    }

    private void connect(Future<?> waiting, Task<?> task) {
        List<Task<?>> ofWaiting = waitsFor.get(waiting);
        if (ofWaiting != null) {
            ofWaiting.add(task);
            blocking.add(task);
        }
    }

    /** Those that are not done, in the order of their creation. */
    Set<Task<?>> tasks() {
        return tasks;
    }

    /** What a task waits for among the others. */
    List<Task<?>> of(Task<?> task) {
        return waitsFor.getOrDefault(task, List.of());
    }

    /** Whether another task waits for it. */
    boolean isAwaited(Task<?> task) {
        return blocking.contains(task);
    }

    /** Circles of tasks of which each waits for the next, and the last is the first. */
    List<List<Task<?>>> cycles() {
        var cycles = new ArrayList<List<Task<?>>>();
        Set<Task<?>> seen = new HashSet<>();
        for (Task<?> start : tasks) {
            follow(start, seen, cycles);
        }
        return cycles;
    }

    /** Depth first, each task once: a task that is met again while it is on the path closes a circle. */
    private void follow(Task<?> start, Set<Task<?>> seen, List<List<Task<?>>> cycles) {
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
                List<Task<?>> cycle = new ArrayList<>(path.subList(path.indexOf(next), path.size()));
                cycle.add(next);
                cycles.add(cycle);
            }
        }
    }

    /** Who waits for a future, behind those that only pass its outcome on. */
    static Set<Future<?>> awaiters(Future<?> future) {
        var found = new LinkedHashSet<Future<?>>();
        addAwaiters(future, found, new HashSet<>());
        return found;
    }

    private static void addAwaiters(Future<?> future, Set<Future<?>> found, Set<Future<?>> relays) {
        for (Future<?> waiter : future.waiters()) {
            if (!waiter.isRelay() || waiter.waiters().isEmpty()) {
                found.add(waiter);
            } else if (relays.add(waiter)) {
                addAwaiters(waiter, found, relays);
            }
        }
    }

    /** Text for futures of which each waits for the next, and the last is the first. */
    static String describe(List<? extends Future<?>> circle) {
        return circle.stream().map(WaitGraph::label).collect(Collectors.joining(" waits for ", "cycle: ", ""));
    }

    /** What it is called in a list of several. */
    static String label(Future<?> future) {
        return future instanceof Task<?> task ? task.getName() : future.toString();
    }
}
