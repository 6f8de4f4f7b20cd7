package dev.weft.internal.loop;

import dev.weft.internal.coroutine.Fiber;

/** Something that gets a fiber only when its turn comes: see {@link Starter}. To be run on that, after {@link #begin}. Throws nothing. */
public abstract class Beginning implements Runnable {
    protected Beginning() {}

    /** Whose it is. */
    public abstract Object owner();

    /** On the fiber that it has got. */
    public abstract void begin(Fiber fiber);

    /** Instead of that, on the loop's own stack: there is no memory for a fiber. It will not be run. */
    public abstract void refuse(OutOfMemoryError reason);
}
