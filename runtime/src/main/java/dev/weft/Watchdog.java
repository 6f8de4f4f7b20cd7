package dev.weft;

import dev.weft.internal.loop.SpareMemory;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Names whoever stalls a loop. One daemon thread for all loops of the JVM looks at each of them every 100 ms, and sleeps while none
 * runs. It reads what the loops keep anyway and a count of their steps, so that they pay no more for it than one addition a step.
 *
 * <p>The system property {@code weft.watchdog} sets the interval in milliseconds; {@code off}, or 0, switches it off.
 */
final class Watchdog implements Runnable {
    static final String PROPERTY = "weft.watchdog";
    static final String NAME = "weft-watchdog";
    private static final long DEFAULT_MILLIS = 100;

    private static final long INTERVAL_NANOS = intervalNanos(System.getProperty(PROPERTY));

    private static volatile boolean sleeping = true;

    /** Holds the one thread: made when the first loop runs. */
    private static final class Holder {
        static final Thread THREAD = Thread.ofPlatform()
                .name(NAME)
                .daemon()
                .inheritInheritableThreadLocals(false)
                .unstarted(new Watchdog());

        static {
            THREAD.start();
        }
    }

    private final IdentityHashMap<EventLoop, LoopWatch> watches = new IdentityHashMap<>();
    private final Carriers carriers = new Carriers();

    private Watchdog() {}

    /** A loop begins to run. */
    static void wake() {
        if (INTERVAL_NANOS > 0 && sleeping) {
            LockSupport.unpark(Holder.THREAD);
        }
    }

    static long intervalNanos(@Nullable String setting) {
        if (setting == null || setting.isBlank()) {
            return TimeUnit.MILLISECONDS.toNanos(DEFAULT_MILLIS);
        }
        if (setting.equals("off")) {
            return 0;
        }
        try {
            long millis = Long.parseLong(setting);
            if (millis >= 0) {
                return TimeUnit.MILLISECONDS.toNanos(millis);
            }
        } catch (NumberFormatException e) {
            // told below
        }
        LoopWatch.LOG.error(
                "system property {} must be 'off' or a number of milliseconds, got '{}': taking {}",
                PROPERTY,
                setting,
                DEFAULT_MILLIS);
        return TimeUnit.MILLISECONDS.toNanos(DEFAULT_MILLIS);
    }

    @Override
    public void run() {
        while (true) {
            awaitLoops();
            LockSupport.parkNanos(INTERVAL_NANOS);
            Thread.interrupted(); // means nothing here, and would keep it from sleeping
            try {
                lookAtAll();
            } catch (OutOfMemoryError e) {
                // Looking needs memory that is missing. Freeing those who were stopped by that does not: see LoopWatch.
            } catch (RuntimeException | Error e) {
                LoopWatch.LOG.error("the watchdog failed, and goes on", e);
            }
        }
    }

    private void awaitLoops() {
        while (!RunningLoops.any()) {
            watches.clear(); // keeps no loop
            sleeping = true;
            if (!RunningLoops.any()) {
                LockSupport.park(this);
                Thread.interrupted();
            }
        }
        sleeping = false;
    }

    private void lookAtAll() {
        SpareMemory.putBy();
        EventLoop[] loops = RunningLoops.all();
        boolean portable = false;
        watches.keySet().retainAll(Set.of(loops));
        for (EventLoop loop : loops) {
            LoopWatch watch = watches.computeIfAbsent(loop, LoopWatch::new);
            watch.look(System.nanoTime());
            portable |= loop.mode() == EventLoop.Mode.PORTABLE;
        }
        if (portable) {
            carriers.look();
        }
    }
}
