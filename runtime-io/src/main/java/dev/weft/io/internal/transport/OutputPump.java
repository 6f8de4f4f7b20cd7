package dev.weft.io.internal.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a blocking stream on a thread of its own, in pieces of at most 64 KiB: so much goes out at least when the rest is dropped, since
 * a write that blocks cannot be undone. A platform thread, for the reason that {@link InputPump} has.
 *
 * <pre>
 *   idle --offer--> writing (piece, piece, ...) --all out--> idle --finish--> target closed, ended
 *                   writing --failure--> target closed, ended
 *                   writing --abort----> the piece at hand goes out, target closed, ended
 * </pre>
 */
public final class OutputPump {
    private static final int PIECE = 64 * 1024;

    private final Target target;
    private final Listener listener;
    private final String name;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private boolean writing;
    private boolean finishing;
    private boolean aborted;
    private boolean ended;
    private @Nullable Thread thread;

    OutputPump(Target target, Listener listener, String name) {
        this.target = target;
        this.listener = listener;
        this.name = name;
    }

    /** Where the bytes go. */
    public interface Target {
        /** Writes and flushes; may block. */
        void write(byte[] bytes, int offset, int length) throws IOException;

        /** Called once, when nothing more is going to be written. */
        default void close() throws IOException {}
    }

    /** Is told on the pump's thread. */
    interface Listener {
        /** So many bytes are out. */
        void written(int bytes);

        /** The stream is broken; nothing more is going to be written. */
        void failed(IOException failure);

        /** Everything is written and the target closed, after {@link #finish}. */
        void closed();
    }

    /** Copies the bytes and has them written. */
    synchronized void offer(byte[] bytes, int offset, int length) {
        waiting.write(bytes, offset, length);
        wakeThread();
    }

    /** Ends the thread and closes the target once everything is written. */
    synchronized void finish() {
        finishing = true;
        wakeThread();
    }

    /**
     * Drops what is not being written yet, ends the thread and closes the target.
     *
     * @param interrupt whether a write that waits may break the stream
     */
    synchronized void abort(boolean interrupt) {
        aborted = true;
        waiting.reset();
        finish();
        if (interrupt && writing && thread != null) {
            thread.interrupt();
        }
    }

    private void wakeThread() {
        if (ended) {
            return;
        }
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name(name).start(this::serve);
        } else {
            notifyAll();
        }
    }

    /**
     * Waits until everything is written.
     *
     * @return whether it was, in time
     */
    synchronized boolean awaitWritten(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (thread != null && (writing || waiting.size() > 0)) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private void serve() {
        IOException failure = null;
        try {
            for (byte[] bytes = next(); bytes != null; bytes = next()) {
                for (int at = 0; at < bytes.length && !aborted(); at += PIECE) {
                    int length = Math.min(PIECE, bytes.length - at);
                    target.write(bytes, at, length);
                    listener.written(length);
                }
            }
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            failure = new IOException("the writing thread was interrupted", e);
        } catch (RuntimeException | Error e) {
            failure = new IOException("the stream failed: " + e, e);
        }
        try {
            target.close();
        } catch (IOException | RuntimeException e) {
            if (failure == null) {
                failure = e instanceof IOException io ? io : new IOException("the stream failed: " + e, e);
            }
        }
        synchronized (this) {
            ended = true;
            thread = null;
            writing = false;
            notifyAll();
        }
        if (failure != null) {
            listener.failed(failure);
        } else {
            listener.closed();
        }
    }

    private synchronized boolean aborted() {
        return aborted;
    }

    private synchronized byte @Nullable [] next() throws InterruptedException {
        writing = false;
        notifyAll();
        while (waiting.size() == 0) {
            if (finishing) {
                return null;
            }
            wait();
        }
        writing = true;
        byte[] bytes = waiting.toByteArray();
        waiting.reset();
        return bytes;
    }
}
