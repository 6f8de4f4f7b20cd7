package dev.weft.benchmarks.peer;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;

/** Virtual threads with a scheduler of one's own, by the way the JDK keeps for itself: what Weft's confined mode stands on. */
public final class CustomScheduler {
    private static final MethodHandle NEW_THREAD;

    static {
        try {
            Class<?> builders = Class.forName("java.lang.ThreadBuilders");
            NEW_THREAD = MethodHandles.privateLookupIn(builders, MethodHandles.lookup())
                    .findStatic(
                            builders,
                            "newVirtualThread",
                            MethodType.methodType(
                                    Thread.class, Executor.class, String.class, int.class, Runnable.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private CustomScheduler() {}

    /**
     * Starts a virtual thread.
     *
     * @param scheduler runs its steps
     * @param body what it does
     */
    public static void start(Executor scheduler, Runnable body) {
        try {
            ((Thread) NEW_THREAD.invokeExact(scheduler, "", 0, body)).start();
        } catch (Throwable e) {
            throw new IllegalStateException("no virtual thread with a scheduler of our own", e);
        }
    }
}
