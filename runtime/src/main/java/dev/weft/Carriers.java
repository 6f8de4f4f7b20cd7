package dev.weft;

import java.lang.management.ManagementFactory;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Lends carriers to portable loops. A task that waits in a class initialiser or below a native frame keeps its carrier, of which the
 * JVM has as many as processors: when all are taken, no virtual thread goes on, the loop that could wake those tasks included. Then
 * the JVM gets one carrier more at a time, until something moves.
 */
final class Carriers {
    private static final int MOST_LENT = 64;

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
        if (exhausted && exhaustedBefore && parallelism < given + MOST_LENT) {
            if (parallelism == given) {
                LoopWatch.LOG.warn(
                        "all {} carriers of virtual threads are taken, and others wait for one: a task that waits in a"
                                + " class initialiser or below a native frame keeps its carrier. Lending more until it"
                                + " goes on",
                        given);
            }
            set(bean, parallelism + 1);
        } else if (parallelism > given && mounted < given) {
            set(bean, given);
        }
        exhaustedBefore = exhausted;
    }

    private void set(VirtualThreadSchedulerMXBean bean, int wanted) {
        bean.setParallelism(wanted);
        parallelism = wanted;
    }
}
