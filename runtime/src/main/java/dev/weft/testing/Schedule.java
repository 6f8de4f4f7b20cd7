package dev.weft.testing;

import dev.weft.LoopControl;
import dev.weft.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a program was like: asks a {@link Strategy}, carries out what it decides, and writes down the decisions, those that
 * made a difference in words, and a hash of everything that ran. One for all loops of the program, in the order in which it runs them.
 */
final class Schedule implements LoopControl.Scheduler {
    private static final int LONGEST_DELAY = 3;
    private static final int LONGEST_TRACE = 1_000;
    private static final int LONGEST_LIST = 4;
    private static final long FNV_START = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final long seed;
    private final Strategy strategy;
    private final boolean yields;
    private final boolean cancellations;

    /** The decisions, and of how many alternatives each was one. */
    private final List<Integer> decisions = new ArrayList<>();

    private final List<Integer> alternatives = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private final Map<Task<?>, TaskState> states = new HashMap<>();
    private List<TaskState> stepped = new ArrayList<>();
    private @Nullable TestLoop loop;
    private boolean mainToCome;
    private long hash = FNV_START;
    private long steps;

    private static final class TaskState {
        final Task<?> task;
        final int number;
        final boolean main;
        int delays;
        boolean cancelWhenItGoesOn;

        TaskState(Task<?> task, int number, boolean main) {
            this.task = task;
            this.number = number;
            this.main = main;
        }
    }

    /**
     * Of a run that is about to begin.
     *
     * @param seed decides what no strategy is asked for: what happens in a {@link SimNet}
     */
    Schedule(long seed, Strategy strategy, boolean yields, boolean cancellations) {
        this.seed = seed;
        this.strategy = strategy;
        this.yields = yields;
        this.cancellations = cancellations;
    }

    /** Begins to decide for a loop. */
    void steer(TestLoop next) {
        loop = next;
        stepped = new ArrayList<>();
        mainToCome = true; // the first task of a loop is the one that runs the body
        next.steer(this);
    }

    long seed() {
        return seed;
    }

    int[] decisions() {
        return decisions.stream().mapToInt(Integer::intValue).toArray();
    }

    int alternatives(int decision) {
        return alternatives.get(decision);
    }

    List<String> trace() {
        return List.copyOf(trace);
    }

    long hash() {
        return hash;
    }

    // ---- deciding: on the loop's own stack

    @Override
    public void iteration() {
        List<TaskState> before = stepped;
        stepped = new ArrayList<>();
        if (cancellations) {
            before.forEach(this::perhapsCancel);
        }
    }

    /** A task that has run, and is not done, has begun another wait. */
    private void perhapsCancel(TaskState state) {
        if (state.main || state.task.done()) {
            return;
        }
        int decision = decide(strategy.cancels(), 3);
        if (decision == 1) {
            note("cancels " + name(state) + " while it waits: " + state.task);
            state.task.cancel("by the schedule explorer");
        }
        state.cancelWhenItGoesOn = decision == 2;
    }

    @Override
    public int choose(List<LoopControl.Entry> candidates) {
        candidates.forEach(this::meet);
        int choice = candidates.size() == 1 ? 0 : decide(strategy.order(candidates), candidates.size());
        LoopControl.Entry chosen = candidates.get(choice);
        if (choice > 0) {
            note("runs " + name(chosen) + " before " + names(candidates.subList(0, choice)));
        }
        return choice;
    }

    @Override
    public boolean putOff(LoopControl.Entry entry) {
        TaskState state = meet(entry);
        if (yields && state != null && state.delays < LONGEST_DELAY && decide(strategy.yields(), 2) == 1) {
            state.delays++;
            note("puts " + name(entry) + " off");
            return true;
        }
        return false;
    }

    @Override
    public void runs(LoopControl.Entry entry) {
        TaskState state = meet(entry);
        steps++;
        hash(entry.kind().name().hashCode());
        hash(state == null ? -1 : state.number);
        hash(time());
        if (state != null && entry.kind() == LoopControl.Kind.TASK) {
            state.delays = 0;
            stepped.add(state);
            if (state.cancelWhenItGoesOn && !state.task.done()) {
                state.cancelWhenItGoesOn = false;
                note("cancels " + name(entry) + " as it goes on: " + state.task);
                state.task.cancel("by the schedule explorer");
            }
        }
    }

    private int decide(int decision, int count) {
        decisions.add(decision);
        alternatives.add(count);
        hash(decision);
        return decision;
    }

    // ---- writing down

    private @Nullable TaskState meet(LoopControl.Entry entry) {
        Task<?> task = entry.task();
        if (task == null) {
            return null;
        }
        TaskState state = states.get(task);
        if (state == null) {
            state = new TaskState(task, states.size(), mainToCome);
            states.put(task, state);
            mainToCome = false;
        }
        return state;
    }

    /** Writes down what is out of the ordinary. */
    void note(String what) {
        if (trace.size() < LONGEST_TRACE) {
            trace.add("at %d ms, step %d: %s".formatted(TimeUnit.NANOSECONDS.toMillis(time()), steps, what));
        }
    }

    private String names(List<LoopControl.Entry> entries) {
        var names = new ArrayList<String>();
        entries.stream().limit(LONGEST_LIST).map(this::name).forEach(names::add);
        if (entries.size() > LONGEST_LIST) {
            names.add((entries.size() - LONGEST_LIST) + " more");
        }
        return String.join(", ", names);
    }

    private String name(LoopControl.Entry entry) {
        TaskState state = meet(entry);
        return switch (entry.kind()) {
            case TASK -> state == null ? "a generator" : name(state);
            case CALLBACK -> "a callback";
            case CHANNEL -> "a channel's callback";
            case TIMER -> state == null ? "a timer" : "the timer of " + name(state);
        };
    }

    /** Names that were not given count through the whole JVM, and would differ from run to run. */
    private static String name(TaskState state) {
        String name = state.task.getName();
        boolean given = !name.matches("Task-\\d+");
        return state.main ? "the main task" : given ? "'" + name + "'" : "task " + state.number;
    }

    private long time() {
        TestLoop current = loop;
        return current == null ? 0 : current.time();
    }

    private void hash(long value) {
        long bits = value;
        for (int i = 0; i < Long.BYTES; i++) {
            hash = (hash ^ (bits & 0xff)) * FNV_PRIME;
            bits >>>= Byte.SIZE;
        }
    }
}
