package dev.weft;

import dev.weft.internal.coroutine.Fiber;
import dev.weft.internal.loop.LoopEntry;
import dev.weft.internal.loop.Timer;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a loop made for tests needs to know and to decide beyond what every loop offers. Subclasses get it by {@link EventLoop#control};
 * {@code dev.weft.testing.TestLoop} is built on nothing else.
 *
 * <p>Belongs to the loop, as its other methods do. Listeners are called on the loop's own stack, between two steps of its tasks: they may
 * not wait, log, or take a lock that a task could hold.
 */
public final class LoopControl {
    private final EventLoop loop;
    private @Nullable IdleListener idleListener;
    private @Nullable ForeignWaitListener foreignWaitListener;

    LoopControl(EventLoop loop) {
        this.loop = loop;
    }

    /** Told when the loop is about to sleep although nothing but perhaps a timer can wake it. */
    public interface IdleListener {
        /**
         * Nothing is left to do.
         *
         * @param timers whether there are timers, which the clock has not skipped to
         * @return how many nanoseconds the loop may sleep at most before it asks again, {@code Long.MAX_VALUE} for as long as it likes; zero
         *     if something was queued, or the loop was stopped
         */
        long idle(boolean timers);
    }

    /** Told of waits that the loop's clock knows nothing of, such as {@code Thread.sleep}. */
    public interface ForeignWaitListener {
        /**
         * A task or a callback has begun to wait, for a time, in code that is not Weft's.
         *
         * @param waiting the thread it runs on, which waits
         * @param who the task, or words for a callback
         */
        void waits(Thread waiting, Object who);
    }

    /** What an entry of the ready queue runs. */
    public enum Kind {
        /** The next step of a task, or of a generator. */
        TASK,
        /** A callback, in its turn. */
        CALLBACK,
        /** What waits for a channel that has become ready. */
        CHANNEL,
        /** What waits for a deadline that has come. */
        TIMER
    }

    /** An entry of the iteration that is about to run. */
    public static final class Entry {
        private final Object entry;
        private final Kind kind;
        private final @Nullable Task<?> task;

        Entry(Object entry, Kind kind, @Nullable Task<?> task) {
            this.entry = entry;
            this.kind = kind;
            this.task = task;
        }

        /** {@return what it runs} */
        public Kind kind() {
            return kind;
        }

        /** {@return the task it is a step of, or lets go on; null if there is none or it is not known} */
        public @Nullable Task<?> task() {
            return task;
        }

        Object entry() {
            return entry;
        }

        @Override
        public String toString() {
            return kind + (task == null ? "" : " of " + task.shortName());
        }
    }

    /**
     * Decides in which order the entries of an iteration run, where asyncio's rules leave that open. It may cancel tasks. First come, first
     * served is to choose 0 always, and to put nothing off.
     */
    public interface Scheduler {
        /** An iteration begins. */
        default void iteration() {}

        /**
         * Which entry comes next.
         *
         * @param candidates those that may, in their ordinary order; at least one
         * @return an index among them
         */
        int choose(List<Entry> candidates);

        /**
         * Whether the step of a task that was chosen waits for the next iteration: as if the task had given way once more.
         *
         * @param entry the step
         * @return whether it does
         */
        default boolean putOff(Entry entry) {
            return false;
        }

        /**
         * Told of each entry of the iteration, in the order decided upon, before the first of them runs.
         *
         * @param entry the entry
         */
        default void runs(Entry entry) {}
    }

    /**
     * Who decides about the order of entries.
     *
     * @param scheduler decides; null for first come, first served
     */
    public void steer(@Nullable Scheduler scheduler) {
        loop.core().steer(scheduler == null ? null : new Arrangement(scheduler));
    }

    /**
     * Has {@link EventLoop#create}, and so {@link Asyncio#run} without a loop factory, use other loops while a program runs. Counts for
     * the calling thread, and for the time of the call.
     *
     * @param loops makes the loops
     * @param program what to run
     * @throws Exception as the program does
     */
    public static void withLoops(Supplier<? extends EventLoop> loops, Action program) throws Exception {
        LoopFactories.use(loops, program);
    }

    /** {@return how many entries wait in the ready queue} */
    public int readyEntries() {
        loop.checkThread();
        return loop.core().readySize();
    }

    /**
     * What is left on the loop: tasks that are not done, timers, transports and open channels, generators that are not at their end. With
     * where each was made, if the loop was in debug mode then. While the loop does not run.
     *
     * @return what is left; the timers of tasks that are left are not listed
     */
    public List<Leftover> leftovers() {
        loop.checkThread();
        return LeftoverSearch.of(loop);
    }

    /**
     * Ends the run in progress after the current entry. For code on the loop, and for listeners.
     *
     * @param failure what it throws
     */
    public void endRun(Throwable failure) {
        loop.core().stopWith(failure);
    }

    /**
     * Ends the run in progress with a {@link DeadlockException} that describes what the loop's tasks wait for.
     *
     * @param remark added to the first line of its message, may be empty
     */
    public void failDeadlocked(String remark) {
        loop.checkThread();
        loop.core().runOnFiber(() -> loop.core().stopWith(DeadlockException.on(loop, remark)));
    }

    /**
     * Has the loop wait for channels that exist only in memory, where nothing but its own entries makes them ready: waiting for them keeps
     * neither a virtual clock from moving on nor a deadlock from being one. What is on its way to them is to have a {@link #simulate timer}.
     *
     * @param provider where its selector, and from now on all channels for it, come from
     * @throws IllegalStateException if it has waited for other channels already
     */
    public void simulateChannels(SelectorProvider provider) {
        loop.checkThread();
        loop.core().simulateChannels(provider);
    }

    /**
     * Has something happen later that is not the program's doing, and so is not found among what it has left over. In an iteration of its
     * own turn, never at once.
     *
     * @param when the loop's time, in nanoseconds
     * @param event what happens, on the loop's own stack
     * @return what takes it back
     */
    public Runnable simulate(long when, Runnable event) {
        loop.checkThread();
        var simulated = new Simulated(event);
        Timer timer = loop.core().schedule(when, simulated);
        return () -> {
            simulated.event = null; // it may be due in this very iteration
            loop.core().cancel(timer);
        };
    }

    /** {@return the newest frames of the calling code, newest last, for {@link Leftover}s; none unless the loop is in debug mode} */
    public List<StackTraceElement> whereabouts() {
        List<StackTraceElement> frames = loop.traceIfDebug();
        return frames == null ? List.of() : frames;
    }

    /** Something that happens in the world which a test pretends there is. */
    static final class Simulated implements LoopEntry {
        /** {@code null} once it has been taken back. */
        private @Nullable Runnable event;

        private Simulated(Runnable event) {
            this.event = event;
        }

        @Override
        public void run() {
            Runnable happens = event;
            if (happens != null) {
                happens.run();
            }
        }
    }

    /**
     * Whom to tell when nothing is left to do.
     *
     * @param listener the listener; null for nobody
     */
    public void onIdle(@Nullable IdleListener listener) {
        idleListener = listener;
    }

    /**
     * Whom to tell of waits in time that is not the loop's. In {@link EventLoop.Mode#PORTABLE} only waits of more than a millisecond are
     * seen.
     *
     * @param listener the listener; null for nobody
     */
    public void onForeignWait(@Nullable ForeignWaitListener listener) {
        foreignWaitListener = listener;
        loop.core().watchWaits(listener != null);
    }

    Expectation expectOutside() {
        loop.checkThread();
        return new Expectation(loop);
    }

    /** Something outside the loop that it must wait for. */
    public static final class Expectation implements AutoCloseable {
        private final EventLoop loop;
        private final AtomicBoolean over = new AtomicBoolean();

        private Expectation(EventLoop loop) {
            this.loop = loop;
            loop.core().outsideWorkBegan();
        }

        /** Nothing is expected any more. May be repeated; any thread may call, after whatever it has handed to the loop. */
        @Override
        public void close() {
            if (over.compareAndSet(false, true)) {
                ThreadFutures.post(loop, () -> loop.core().outsideWorkEnded());
            }
        }
    }

    long idle() {
        IdleListener listener = idleListener;
        return listener == null ? Long.MAX_VALUE : listener.idle(loop.core().liveTimers() > 0);
    }

    boolean watchesIdling() {
        return idleListener != null;
    }

    void waitsElsewhere(Fiber fiber) {
        ForeignWaitListener listener = foreignWaitListener;
        if (listener != null) {
            Object owner = fiber.owner();
            listener.waits(fiber.thread(), owner == null ? "a callback" : owner);
        }
    }
}
