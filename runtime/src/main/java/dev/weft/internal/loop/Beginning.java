package dev.weft.internal.loop;

import dev.weft.internal.coroutine.Fiber;

/** The first step of something that gets a fiber only when its turn comes: see {@link Starter}. */
public abstract class Beginning {
    protected Beginning() {}

    /** Whose first step it is. */
    public abstract Object owner();

    /** Runs all of it, on the fiber it has got. Throws nothing. */
    public abstract void run(Fiber fiber);
}
