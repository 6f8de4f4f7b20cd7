package dev.weft;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How {@link Asyncio#run} and {@link Runner} set up their loop. Immutable: each setter returns a changed copy. */
public final class RunOptions {
    /** Everything by default. */
    public static final RunOptions DEFAULT = new RunOptions(null, EventLoop::create, true, null, true);

    private final @Nullable Boolean debug;
    private final Supplier<EventLoop> loopFactory;
    private final boolean handleInterrupt;
    private final @Nullable Duration timeout;
    private final boolean detectDeadlocks;

    private RunOptions(
            @Nullable Boolean debug,
            Supplier<EventLoop> loopFactory,
            boolean handleInterrupt,
            @Nullable Duration timeout,
            boolean detectDeadlocks) {
        this.debug = debug;
        this.loopFactory = loopFactory;
        this.handleInterrupt = handleInterrupt;
        this.timeout = timeout;
        this.detectDeadlocks = detectDeadlocks;
    }

    /**
     * Whether debug mode is on; the loop's default if not given.
     *
     * @param debug whether it is on
     * @return changed copy
     */
    public RunOptions debug(boolean debug) {
        return new RunOptions(debug, loopFactory, handleInterrupt, timeout, detectDeadlocks);
    }

    /**
     * Where the loop comes from; called once.
     *
     * @param factory makes the loop
     * @return changed copy
     */
    public RunOptions loopFactory(Supplier<EventLoop> factory) {
        return new RunOptions(
                debug, Objects.requireNonNull(factory, "factory"), handleInterrupt, timeout, detectDeadlocks);
    }

    /**
     * Whether the main task is cancelled when the program is told to end, as it is by default: by SIGINT (Ctrl-C), and when the JVM ends
     * because of SIGTERM or {@code System.exit}, which then waits up to four seconds for tasks and loop to end, and names those that have
     * not.
     *
     * @param handle whether it does
     * @return changed copy
     */
    public RunOptions handleInterrupt(boolean handle) {
        return new RunOptions(debug, loopFactory, handle, timeout, detectDeadlocks);
    }

    /**
     * How long each body may run. After that it is cancelled, as by {@link Asyncio#timeout}, and the run throws a
     * {@link java.util.concurrent.TimeoutException}, undeclared. Mirrors Tornado's {@code run_sync(timeout)}.
     *
     * @param limit how long; null for no limit
     * @return changed copy
     */
    public RunOptions timeout(@Nullable Duration limit) {
        return new RunOptions(debug, loopFactory, handleInterrupt, limit, detectDeadlocks);
    }

    /**
     * Whether the run ends with a {@link DeadlockException} when nothing can happen on its loop any more although tasks wait, as it does by
     * default. Without it, such a program hangs.
     *
     * <p>It is a deadlock only when nothing at all is left that could wake the loop. All of this must hold, for a tenth of a second at least:
     *
     * <ul>
     *   <li>nothing is queued on the loop, there is no timer, and nobody waits for a channel;
     *   <li>no task or callback waits in code that is not Weft's, no job runs in an executor, no future of another thread is wrapped, no
     *       sender of a threadsafe channel is open;
     *   <li>the loop handles no signal ({@link EventLoop#addSignalHandler}), and no generator is left half-way;
     *   <li>no other thread lives that could call {@link EventLoop#callSoonThreadsafe}: none at all, daemon or not, but those of the JVM
     *       itself. Where virtual threads may exist that are not this loop's tasks, that cannot be told, and the loop goes on waiting;
     *       therefore a loop in {@link EventLoop.Mode#PORTABLE}, which needs such threads itself, reports no deadlock at all.
     * </ul>
     *
     * Not counted are SIGINT without a handler, shutdown hooks, cleaners and finalizers: a program that does nothing but wait for one of
     * these switches the detection off, or better handles the signal it waits for. A {@code TestLoop} detects deadlocks always, and at once.
     *
     * @param detect whether it does
     * @return changed copy
     */
    public RunOptions detectDeadlocks(boolean detect) {
        return new RunOptions(debug, loopFactory, handleInterrupt, timeout, detect);
    }

    boolean detectDeadlocks() {
        return detectDeadlocks;
    }

    @Nullable
    Duration timeout() {
        return timeout;
    }

    @Nullable
    Boolean debug() {
        return debug;
    }

    Supplier<EventLoop> loopFactory() {
        return loopFactory;
    }

    boolean handleInterrupt() {
        return handleInterrupt;
    }
}
