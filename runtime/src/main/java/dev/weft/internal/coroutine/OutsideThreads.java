package dev.weft.internal.coroutine;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Virtual threads of the JDK's own scheduler, for work beside the loop. Plain {@code Thread.ofVirtual()} would do in portable mode;
 * in a confined task it would inherit the task as its scheduler, and keep it in memory.
 */
public final class OutsideThreads {
    private OutsideThreads() {}

    /** Starts a thread. */
    public static Thread start(String name, Runnable body) {
        Thread thread = unstarted(name, body);
        thread.start();
        return thread;
    }

    /** A factory of threads named {@code prefix} and a number. */
    public static ThreadFactory factory(String prefix) {
        var number = new AtomicLong();
        return body -> unstarted(prefix + number.getAndIncrement(), body);
    }

    /** Whether the calling thread can have a value in any thread-local; false only where that can be told at no cost. */
    public static boolean mayHaveThreadLocals() {
        return !VirtualThreads.available() || VirtualThreads.hasThreadLocals(Thread.currentThread());
    }

    private static Thread unstarted(String name, Runnable body) {
        return VirtualThreads.available()
                ? VirtualThreads.unstarted(VirtualThreads.defaultScheduler(), name, body)
                : Thread.ofVirtual().name(name).unstarted(body);
    }
}
