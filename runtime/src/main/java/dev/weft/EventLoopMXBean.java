package dev.weft;

import java.util.List;

/**
 * What management tools see of a loop: {@code weft ps}, {@code pstree}, {@code why} and {@code top} are built on it, and JConsole shows it. The
 * bean is named {@code dev.weft:type=EventLoop,name=NAME}. It only reads, on a thread of its own, so it answers also while a task holds the
 * loop up, and never holds the loop up itself: at most a task whose stack is being taken starts its next step some microseconds later.
 * What changes meanwhile may be shown half in one state, half in the other.
 *
 * <p>Every loop that has been running for a second has its bean, if the module {@code java.management} is there. With the system
 * property {@code weft.jmx=true}, or with one of the JVM's own for remote management, loops have theirs from the start; with
 * {@code weft.jmx=false} none has, unless a tool asks for it by creating the bean {@link EventLoops}.
 */
public interface EventLoopMXBean {
    /** {@return the loop's name} */
    String getName();

    /** {@return {@code CONFINED} or {@code PORTABLE}} */
    String getMode();

    /** {@return whether it runs} */
    boolean isRunning();

    /** {@return whether it is in debug mode, which is when it is known where things were made} */
    boolean isDebug();

    /** {@return numbers about the loop} */
    LoopMetrics getMetrics();

    /**
     * The tasks that are not done, oldest first.
     *
     * @param limit how many at most
     * @return one row for each
     * @throws IllegalArgumentException if the limit is negative
     */
    List<TaskRow> tasks(int limit);

    /**
     * Who waits for whom: each task with its stack, below those that wait for it, with the owners of locks. Tasks that wait for each other in
     * a circle are reported first.
     *
     * @return lines of text
     */
    String tree();

    /**
     * What keeps the program alive: tasks, timers, connections, servers, child processes. With where each was made, if the loop was in
     * debug mode then.
     *
     * @return what there is; of tasks and timers at most the first hundred each
     */
    List<Holding> holdings();

    /**
     * A task that is not done.
     *
     * @param name its name
     * @param state {@code new} (not started), {@code ready} (its next step is due), {@code running}, {@code blocking} (it holds the loop up,
     *     waiting in code that is not Weft's), {@code waiting}, or {@code outside} (it waits in code that is not Weft's, and the loop goes on);
     *     followed by {@code , cancelling} if it was asked to stop
     * @param ageNanos how long ago it was made, in nanoseconds
     * @param waitsFor what it waits for, in words; empty if it does not wait
     * @param where the line of the program that it is at; empty before its first step
     */
    record TaskRow(String name, String state, long ageNanos, String waitsFor, String where) {}

    /**
     * Something that keeps a program alive.
     *
     * @param kind {@code task}, {@code timer}, {@code connection}, {@code server}, {@code datagram}, {@code pipe}, {@code process},
     *     {@code channel}, {@code thread} or {@code foreign} for results of other threads
     * @param what which one
     * @param ageNanos how long ago it was made, in nanoseconds; negative if that is not known
     * @param madeAt where it was made, newest frame first; empty if that is not known
     */
    record Holding(String kind, String what, long ageNanos, List<String> madeAt) {
        /** Copies the list. */
        public Holding {
            madeAt = List.copyOf(madeAt);
        }
    }
}
