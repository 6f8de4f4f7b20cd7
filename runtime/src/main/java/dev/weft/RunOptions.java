package dev.weft;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How {@link Asyncio#run} and {@link Runner} set up their loop. Immutable: each setter returns a changed copy. */
public final class RunOptions {
    /** Everything by default. */
    public static final RunOptions DEFAULT = new RunOptions(null, EventLoop::create, true, null);

    private final @Nullable Boolean debug;
    private final Supplier<EventLoop> loopFactory;
    private final boolean handleInterrupt;
    private final @Nullable Duration timeout;

    private RunOptions(
            @Nullable Boolean debug,
            Supplier<EventLoop> loopFactory,
            boolean handleInterrupt,
            @Nullable Duration timeout) {
        this.debug = debug;
        this.loopFactory = loopFactory;
        this.handleInterrupt = handleInterrupt;
        this.timeout = timeout;
    }

    /**
     * Whether debug mode is on; the loop's default if not given.
     *
     * @param debug whether it is on
     * @return changed copy
     */
    public RunOptions debug(boolean debug) {
        return new RunOptions(debug, loopFactory, handleInterrupt, timeout);
    }

    /**
     * Where the loop comes from; called once.
     *
     * @param factory makes the loop
     * @return changed copy
     */
    public RunOptions loopFactory(Supplier<EventLoop> factory) {
        return new RunOptions(debug, Objects.requireNonNull(factory, "factory"), handleInterrupt, timeout);
    }

    /**
     * Whether SIGINT (Ctrl-C) cancels the main task, as it does by default.
     *
     * @param handle whether it does
     * @return changed copy
     */
    public RunOptions handleInterrupt(boolean handle) {
        return new RunOptions(debug, loopFactory, handle, timeout);
    }

    /**
     * How long each body may run. After that it is cancelled, as by {@link Asyncio#timeout}, and the run throws a
     * {@link java.util.concurrent.TimeoutException}, undeclared. Mirrors Tornado's {@code run_sync(timeout)}.
     *
     * @param limit how long; null for no limit
     * @return changed copy
     */
    public RunOptions timeout(@Nullable Duration limit) {
        return new RunOptions(debug, loopFactory, handleInterrupt, limit);
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
