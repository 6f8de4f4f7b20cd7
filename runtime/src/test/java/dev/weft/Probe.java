package dev.weft;

/** Looks inside loops, for tests. */
final class Probe {
    private Probe() {}

    /** How many timers wait for their time. */
    static int liveTimers(EventLoop loop) {
        return loop.core().liveTimers();
    }

    /** Runs exactly one iteration of a loop that does not run. */
    static void runOne(EventLoop loop) {
        loop.callSoon(loop::stop);
        loop.runForever();
    }
}
