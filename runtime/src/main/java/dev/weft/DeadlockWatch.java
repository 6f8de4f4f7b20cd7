package dev.weft;

import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Ends the run of a loop on which nothing will ever happen again: the rule is written at {@link RunOptions#detectDeadlocks}. Any thread
 * that is not the JVM's own could call {@code callSoonThreadsafe}, so one such thread is enough to go on waiting. The JVM does not tell
 * which virtual threads there are, but the threads that carry them, wake them or poll for them are seen.
 *
 * <p>A loop that idles for long is asked ever less often; one that is busy never.
 */
final class DeadlockWatch implements LoopControl.IdleListener {
    private static final long FIRST_LOOK = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(10);

    /** Threads of the JVM in which no program's code runs, except cleaners and finalizers. */
    private static final Set<String> OF_THE_JVM = Set.of(
            "Reference Handler",
            "Finalizer",
            "Signal Dispatcher",
            "Service Thread",
            "Monitor Deflation Thread",
            "Notification Thread",
            "Attach Listener",
            "VirtualThread-unblocker", // passes on that a monitor is free; whoever freed it is another thread
            "Common-Cleaner",
            "Cleaner-0", // this library's
            "DestroyJavaVM",
            Observer.THREAD,
            Watchdog.NAME,
            "Monitor Ctrl-Break"); // of an IDE

    private final EventLoop loop;
    private long lastAsked;
    private long pause = FIRST_LOOK;

    DeadlockWatch(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public long idle(boolean timers) {
        if (timers) {
            return Long.MAX_VALUE;
        }
        long now = System.nanoTime();
        boolean sleptOn = now - lastAsked >= pause;
        lastAsked = now;
        if (!sleptOn) {
            pause = FIRST_LOOK; // it has been woken since
            return pause;
        }
        if (loop.tasks().size() > 0 && nothingOutside()) {
            loop.control().failDeadlocked("");
            return 0;
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        return pause;
    }

    private boolean nothingOutside() {
        return loop.mode() == EventLoop.Mode.CONFINED // else the loop itself needs the threads that carry virtual ones
                && !loop.handlesSignals()
                && loop.generators().isEmpty() // one left half-way is closed, on this loop, when the collector finds it
                && onlyThreadsOfTheJvm();
    }

    private static boolean onlyThreadsOfTheJvm() {
        ThreadGroup top = Thread.currentThread().getThreadGroup();
        while (top.getParent() != null) {
            top = top.getParent();
        }
        Thread[] threads = new Thread[top.activeCount() + 16];
        int count = top.enumerate(threads, true);
        if (count == threads.length) {
            return false; // and perhaps more
        }
        for (int i = 0; i < count; i++) {
            Thread thread = threads[i];
            if (thread != Thread.currentThread() && !OF_THE_JVM.contains(thread.getName())) {
                return false;
            }
        }
        return true;
    }
}
