package dev.weft;

import dev.weft.internal.coroutine.OutsideThreads;
import java.lang.management.ManagementFactory;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Lends carriers to portable loops. A task that waits in a class initialiser or below a native frame keeps its carrier, of which the
 * JVM has as many as processors: when all are taken, no virtual thread goes on, the loop that could wake those tasks included. Then
 * the JVM gets more of them, until something moves.
 */
final class Carriers {
    private static final int FIRST_LENT = 16;
    private static final int MOST_LENT = 240;

    private @Nullable VirtualThreadSchedulerMXBean scheduler;
    private int given;
    private int parallelism;
    private boolean exhaustedBefore;

    /** Looks, and lends one if all have been taken since the last call. */
    void look() {
        VirtualThreadSchedulerMXBean bean = scheduler;
        if (bean == null) {
            bean = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
            scheduler = bean;
            given = bean.getParallelism();
            parallelism = given;
        }
        int mounted = bean.getMountedVirtualThreadCount();
        boolean exhausted = mounted >= parallelism && bean.getQueuedVirtualThreadCount() > 0;
        if (exhausted && exhaustedBefore) {
            if (waiting() >= parallelism) {
                lendMore(bean);
            }
        } else if (parallelism > given && mounted < given) {
            set(bean, given);
        }
        exhaustedBefore = exhausted;
    }

    /** How many carriers wait, rather than compute: more of them would only get in the way of those that compute. */
    private static long waiting() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getClass().getSimpleName().equals("CarrierThread"))
                .filter(thread -> LoopWatch.waits(thread.getState()))
                .count();
    }

    private void lendMore(VirtualThreadSchedulerMXBean bean) {
        int lent = parallelism - given;
        if (lent == 0) {
            LoopWatch.LOG.warn(
                    "all {} carriers of virtual threads are taken, and others wait for one: a task that waits in a"
                            + " class initialiser or below a native frame keeps its carrier. Lending more until it goes"
                            + " on",
                    given);
        }
        if (lent < MOST_LENT) {
            // Several at once: a carrier that finds more work than it can do calls the next one.
            set(bean, given + Math.min(MOST_LENT, lent == 0 ? FIRST_LENT : 4 * lent));
        }
        // The first has to be called, by a thread that is submitted where nothing waits yet: which queue it comes to
        // depends on who submits.
        Thread.ofPlatform()
                .daemon()
                .name("weft-carrier-caller")
                .start(() -> OutsideThreads.start("weft-carrier-wanted", () -> {}));
    }

    private void set(VirtualThreadSchedulerMXBean bean, int wanted) {
        bean.setParallelism(wanted);
        parallelism = wanted;
    }
}
