package dev.weft;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How {@link Asyncio#run} and {@link Runner} set up their loop. Immutable: each setter returns a changed copy. */
public final class RunOptions {
    /** Everything by default. */
    public static final RunOptions DEFAULT = new RunOptions(null, EventLoop::create, true);

    private final @Nullable Boolean debug;
    private final Supplier<EventLoop> loopFactory;
    private final boolean handleInterrupt;

    private RunOptions(@Nullable Boolean debug, Supplier<EventLoop> loopFactory, boolean handleInterrupt) {
        this.debug = debug;
        this.loopFactory = loopFactory;
        this.handleInterrupt = handleInterrupt;
    }

    /**
     * Whether debug mode is on; the loop's default if not given.
     *
     * @param debug whether it is on
     * @return changed copy
     */
    public RunOptions debug(boolean debug) {
        return new RunOptions(debug, loopFactory, handleInterrupt);
    }

    /**
     * Where the loop comes from; called once.
     *
     * @param factory makes the loop
     * @return changed copy
     */
    public RunOptions loopFactory(Supplier<EventLoop> factory) {
        return new RunOptions(debug, Objects.requireNonNull(factory, "factory"), handleInterrupt);
    }

    /**
     * Whether SIGINT (Ctrl-C) cancels the main task, as it does by default.
     *
     * @param handle whether it does
     * @return changed copy
     */
    public RunOptions handleInterrupt(boolean handle) {
        return new RunOptions(debug, loopFactory, handle);
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
