package dev.weft.internal.coroutine;

import java.lang.invoke.VarHandle;
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
 * The volatile flag orders every other field between the two. A body that blocks keeps the baton, until somebody says that this takes too long
 * ({@link #overtake}), since what it waits for may have to come from the loop:
 *
 * <pre>
 *   loop: overtaking = true, the fiber's thread is not current; where does it wait?
 *         in code of users  ->  running = false, overtaking = false, go on: {@link Pause#ELSEWHERE}
 *         else, or running  ->  the thread is current again, overtaking = false, sleep on
 *   fiber, later, at the next call of ours or return to us, finds that it is not current:
 *         await overtaking == false;  not running -> wake the host, sleep until resumed
 * </pre>
 *
 * Both sides write first and look then: a fiber that the loop has seen in users' code will notice, and one that is in our code is seen there.
 * Until it notices, users' code runs beside the loop; nothing public could stop it.
 */
final class BatonFiber extends Fiber {
    private static final long WATCH_NANOS = 1_000_000;

    private Thread thread;
    private boolean started;
    private boolean ended;
    private @Nullable Thread loopThread;
    private volatile boolean running;

    /** Somebody asks the loop, which waits for the baton, to look whether it should go on without. */
    private volatile boolean askedToOvertake;

    /** The loop decides whether it goes on without the baton. */
    private volatile boolean overtaking;

    /** Set once, by {@link #abandon}. */
    private volatile boolean abandoned;

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
        host.awaitOvertaken();
        suspended = false;
        elsewhere = false;
        if (askedToOvertake) {
            askedToOvertake = false; // that was about another step
        }
        loopThread = Thread.currentThread();
        running = true;
        if (started) {
            LockSupport.unpark(thread);
        } else {
            start();
        }
        if (host.watchesWaits() ? awaitBatonWatching() : awaitBaton(false)) {
            Thread.currentThread().interrupt(); // for the loop, which looks before it sleeps
        }
        return ended ? Pause.ENDED : elsewhere ? Pause.ELSEWHERE : Pause.SUSPENDED;
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
        if (elsewhere) {
            abandoned = true;
            thread.interrupt();
        }
    }

    @Override
    public void goOnOutside() {
        LockSupport.unpark(thread);
    }

    @Override
    public String waitsFor() {
        Object blocker = LockSupport.getBlocker(thread);
        return blocker != null
                ? "a " + blocker.getClass().getNestHost().getSimpleName()
                : thread.getState() == Thread.State.BLOCKED ? "a monitor" : "something that is not the loop's";
    }

    @Override
    public void overtake() {
        askedToOvertake = true;
        LockSupport.unpark(loopThread);
    }

    @Override
    public boolean fallIn() {
        while (overtaking) {
            Thread.onSpinWait();
        }
        if (!running) {
            host.wake(this);
        }
        boolean interrupted = false;
        while (!running && !abandoned) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            thread.interrupt(); // meant for what it does next
        }
        return running;
    }

    private void start() {
        try {
            if (thread.getState() != Thread.State.NEW) {
                // The JDK gives a thread up that it could not start.
                thread = Thread.ofVirtual().name(thread.getName()).unstarted(this::run);
            }
            thread.start();
        } catch (OutOfMemoryError e) {
            running = false;
            throw e;
        }
        started = true;
    }

    private void run() {
        try {
            body.run();
        } finally {
            if (!running) {
                fallIn(); // whatever ran last has not looked
            }
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
            if (askedToOvertake && running && !value && overtaken()) {
                break;
            }
        }
        return interrupted;
    }

    /** Loop side: goes on without the baton if its holder waits where that does no harm. */
    private boolean overtaken() {
        askedToOvertake = false;
        overtaking = true;
        host.overtakingBegins(this);
        VarHandle.fullFence();
        boolean overtaken = UsersCode.waits(thread) && running;
        if (overtaken) {
            elsewhere = true;
            paused = true;
            running = false;
        }
        host.overtakingEnds(this, overtaken);
        overtaking = false;
        return overtaken;
    }

    /** As {@link #awaitBaton}, looking now and then what keeps the fiber: nothing of ours waits for a time. */
    private boolean awaitBatonWatching() {
        boolean interrupted = false;
        boolean told = false;
        while (running) {
            LockSupport.parkNanos(this, WATCH_NANOS);
            interrupted |= Thread.interrupted();
            if (askedToOvertake && running && overtaken()) {
                break;
            }
            boolean waits = running && thread.getState() == Thread.State.TIMED_WAITING;
            if (waits && !told) {
                host.waitsElsewhere(this);
            }
            told = waits;
        }
        return interrupted;
    }
}
