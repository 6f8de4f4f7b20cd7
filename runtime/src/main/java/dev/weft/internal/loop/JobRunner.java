package dev.weft.internal.loop;

/**
 * Runs this library's own jobs that may log or take locks, hence not on the loop's own stack: reports, interrupts. On a fiber of their
 * own, so that a callback of users which waits outside the loop does not delay them.
 */
final class JobRunner extends ServiceFiber {
    private final Fifo<Runnable> jobs = new Fifo<>();
    private boolean queued;

    JobRunner(LoopCore core) {
        super(core, "weft-jobs");
    }

    /** On the loop's own stack. */
    void add(Runnable job) {
        jobs.addLast(job);
        if (!queued && !elsewhere()) {
            queued = true;
            core.addReady((LoopEntry) this::runQueued);
        }
    }

    private void runQueued() {
        queued = false;
        if (!elsewhere()) {
            go();
        }
    }

    @Override
    void finish() {
        if (!jobs.isEmpty() && !elsewhere()) {
            go();
        }
        super.finish();
    }

    @Override
    void close() {
        jobs.clear();
        super.close();
    }

    @Override
    boolean serveNext() {
        Runnable job = jobs.pollFirst();
        if (job == null) {
            return false;
        }
        try {
            job.run();
        } catch (Throwable e) {
            core.stopWith(e); // nobody is left to be told
        }
        return true;
    }
}
