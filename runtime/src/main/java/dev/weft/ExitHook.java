package dev.weft;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets {@link Runner}s clean up when the JVM is told to end, by SIGTERM or {@code System.exit}: main tasks are cancelled, and the JVM
 * waits a few seconds for {@code finally} blocks to run and loops to be closed. Names what does not end in that time.
 *
 * <p>A task that calls {@code System.exit} itself does not go on. The others are cancelled, and what belongs to the loop is closed. In
 * portable mode such a task keeps the loop, so there is nothing to wait for.
 */
final class ExitHook {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(4);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);
    private static final String MESSAGE = "the JVM is ending";

    private static final Set<Runner> RUNNERS = ConcurrentHashMap.newKeySet();
    private static final AtomicBoolean INSTALLED = new AtomicBoolean();
    private static volatile boolean ending;
    private static volatile boolean atOnce;

    private ExitHook() {}

    /** A runner begins to run, or to close. */
    static void add(Runner runner) {
        RUNNERS.add(runner);
        if (!INSTALLED.get() && INSTALLED.compareAndSet(false, true)) {
            try {
                Runtime.getRuntime()
                        .addShutdownHook(Thread.ofPlatform().name("weft-exit").unstarted(ExitHook::endAll));
            } catch (IllegalStateException e) {
                // It is ending already.
            }
        }
    }

    /** It has ended that. */
    static void remove(Runner runner) {
        RUNNERS.remove(runner);
    }

    /** The JVM is going to end without waiting for anybody. */
    static void endAtOnce() {
        atOnce = true;
    }

    /** Keeps quiet about a cancellation that is due to the JVM's end: nobody needs a stack trace for each service that is stopped. */
    static void expected(CancelledError error) {
        if (ending && MESSAGE.equals(error.getMessage())) {
            Thread thread = Thread.currentThread();
            Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
            thread.setUncaughtExceptionHandler((dying, thrown) -> {
                if (thrown != error && before != null) {
                    before.uncaughtException(dying, thrown);
                }
            });
        }
    }

    private static void endAll() {
        if (atOnce) {
            return;
        }
        ending = true;
        end(RUNNERS, PATIENCE, System.err);
    }

    /**
     * Has runners clean up, and waits for that.
     *
     * @param patienceNanos how long at most
     * @param out told of those that have not ended by then
     */
    static void end(Collection<Runner> runners, long patienceNanos, PrintStream out) {
        long deadline = System.nanoTime() + patienceNanos;
        List<Ending> endings = new ArrayList<>();
        for (Runner runner : runners) {
            EventLoop loop = runner.loopIfMade();
            if (loop != null) {
                endings.add(new Ending(runner, loop));
            }
        }
        endings.forEach(Ending::begin);
        for (Ending one : endings) {
            while (!one.over() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(PAUSE);
            }
            if (!one.over()) {
                one.name(out, patienceNanos);
            }
        }
    }

    /** One runner's end. */
    private static final class Ending {
        private final Runner runner;
        private final EventLoop loop;
        private final boolean idle;

        /** What must be done before the loop can be closed without a {@link Runner#close}; {@code null} if that is going to come. */
        private volatile @Nullable List<Task<?>> waitedFor;

        private volatile boolean released;
        private boolean releasing;

        Ending(Runner runner, EventLoop loop) {
            this.runner = runner;
            this.loop = loop;
            idle = !runner.isClosing() && !loop.isRunning();
        }

        void begin() {
            if (!hopeless()) {
                ThreadFutures.post(loop, () -> loop.core().runOnFiber(this::cancelTasks));
            }
        }

        boolean over() {
            if (idle || released || runner.isClosed() || hopeless()) {
                return true;
            }
            List<Task<?>> tasks = waitedFor;
            boolean tidy = tasks != null && tasks.stream().allMatch(Future::isDone);
            if ((tidy || runner.isTidy()) && !releasing) {
                // Nobody closes the loop while somebody who is in System.exit keeps it.
                releasing = true;
                ThreadFutures.post(loop, () -> loop.core().runOnFiber(this::release));
            }
            return false;
        }

        /** Whether the loop itself stands still until the JVM has ended. */
        private boolean hopeless() {
            Thread current = loop.core().currentThread();
            return loop.mode() == EventLoop.Mode.PORTABLE && current != null && exits(current);
        }

        /** On the loop. */
        private void cancelTasks() {
            List<Task<?>> others = new ArrayList<>();
            boolean exiting = false;
            for (Task<?> task : loop.tasks().snapshot()) {
                if (task.elsewhere() && exits(task.running().thread())) {
                    exiting = true;
                } else {
                    others.add(task);
                }
            }
            Task<?> main = runner.mainTask();
            if (exiting) {
                others.forEach(task -> task.cancel(MESSAGE));
                waitedFor = others;
            } else if (main != null && !main.isDone()) {
                main.cancel(MESSAGE);
            }
        }

        private void release() {
            loop.closeAttachments();
            released = true;
        }

        private void name(PrintStream out, long patienceNanos) {
            out.println("weft: the JVM ends, and " + loop + " has not: these are left after "
                    + TimeUnit.NANOSECONDS.toSeconds(patienceNanos) + " s");
            Asyncio.dumpTasks(out);
        }

        private static boolean exits(Thread thread) {
            for (StackTraceElement frame : thread.getStackTrace()) {
                if (frame.getClassName().equals("java.lang.Shutdown")) {
                    return true;
                }
            }
            return false;
        }
    }
}
