package dev.weft;

/** Real time, counted from the first use so that it is never negative. */
enum SystemClock implements LoopClock {
    INSTANCE;

    private static final long ORIGIN = System.nanoTime();

    @Override
    public long nanos() {
        return System.nanoTime() - ORIGIN;
    }
}
