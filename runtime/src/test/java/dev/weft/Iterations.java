package dev.weft;

/** Counts the iterations of a loop, with a callback that schedules itself again: the loop never idles while it counts. */
final class Iterations implements AutoCloseable {
    private final EventLoop loop;
    private int count;
    private boolean closed;

    Iterations(EventLoop loop) {
        this.loop = loop;
        loop.callSoon(this::count);
    }

    /** How many iterations have begun since this was made. */
    int soFar() {
        return count;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void count() {
        count++;
        if (!closed) {
            loop.callSoon(this::count);
        }
    }
}
