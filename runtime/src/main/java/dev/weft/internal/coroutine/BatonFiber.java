package dev.weft.internal.coroutine;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fiber on an ordinary virtual thread. The right to run is a baton: the loop, itself a virtual thread, hands it over at
 * {@link #resume} and sleeps until it comes back.
 *
 * <pre>
 *   loop: running = true, wake fiber   ->  fiber runs
 *   fiber: running = false, wake loop  ->  loop runs
 * </pre>
 *
 * The volatile flag orders every other field between the two. A body that blocks keeps the baton, so {@link #resume} never sees
 * {@link Pause#LOCK} or {@link Pause#ELSEWHERE} here.
 */
final class BatonFiber extends Fiber {
    private static final long WATCH_NANOS = 1_000_000;

    private final Thread thread;
    private boolean started;
    private boolean ended;
    private @Nullable Thread loopThread;
    private volatile boolean running;

    /** Whether the thread could not park: see {@link #suspend}. */
    private volatile boolean stuck;

    BatonFiber(FiberHost host, Runnable body, String name) {
        super(host, body);
        thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    @Override
    public Thread thread() {
        return thread;
    }

    @Override
    public void rename(String name) {
        thread.setName(name);
    }

    @Override
    public Pause resume() {
        suspended = false;
        loopThread = Thread.currentThread();
        running = true;
        if (started) {
            LockSupport.unpark(thread);
        } else {
            started = true;
            thread.start();
        }
        if (host.watchesWaits() ? awaitBatonWatching() : awaitBaton(false)) {
            Thread.currentThread().interrupt(); // for the loop, which looks before it sleeps
        }
        return ended ? Pause.ENDED : Pause.SUSPENDED;
    }

    @Override
    public boolean suspend() {
        suspended = true;
        paused = true;
        passBaton();
        try {
            return awaitBaton(true);
        } catch (StackOverflowError e) {
            // The stack is too deep to park, and the loop goes on by now. So ask for the baton back, and wait as one
            // can.
            stuck = true;
            if (!running) {
                host.resumeSoon(this, () -> stuck);
            }
            while (!running) {
                Thread.onSpinWait();
            }
            stuck = false; // before the baton goes back: the loop may have resumed this for another reason
            throw tooDeepToSuspend(e);
        }
    }

    @Override
    public void abandon() {
        // Nothing public takes a started thread from the JVM's set of live threads: it stays parked. A loop closed with
        // pending tasks reports each of them, so this does not go unnoticed.
    }

    @Override
    public void goOnOutside() {
        throw new IllegalStateException("a portable fiber never waits outside the loop");
    }

    @Override
    public String waitsFor() {
        return "nothing";
    }

    private void run() {
        try {
            body.run();
        } finally {
            ended = true;
            passBaton();
        }
    }

    private void passBaton() {
        Thread loop = loopThread;
        running = false;
        LockSupport.unpark(loop);
    }

    /** Sleeps until {@code running} has the given value. The interrupt flag must be clear for that, or park would spin. */
    private boolean awaitBaton(boolean value) {
        boolean interrupted = false;
        while (running != value) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        return interrupted;
    }

    /** As {@link #awaitBaton}, looking now and then what keeps the fiber: nothing of ours waits for a time. */
    private boolean awaitBatonWatching() {
        boolean interrupted = false;
        boolean told = false;
        while (running) {
            LockSupport.parkNanos(this, WATCH_NANOS);
            interrupted |= Thread.interrupted();
            boolean waits = running && thread.getState() == Thread.State.TIMED_WAITING;
            if (waits && !told) {
                host.waitsElsewhere(this);
            }
            told = waits;
        }
        return interrupted;
    }
}
