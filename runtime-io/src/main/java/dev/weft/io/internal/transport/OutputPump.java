package dev.weft.io.internal.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes to a blocking stream on a thread of its own, everything that has piled up meanwhile at once. */
final class OutputPump {
    private final Target target;
    private final Listener listener;
    private final String name;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private boolean writing;
    private boolean finishing;
    private @Nullable Thread thread;

    OutputPump(Target target, Listener listener, String name) {
        this.target = target;
        this.listener = listener;
        this.name = name;
    }

    /** Where the bytes go. */
    interface Target {
        /** Writes and flushes; may block. */
        void write(byte[] bytes) throws IOException;
    }

    /** Is told on the pump's thread. */
    interface Listener {
        /** So many bytes are out. */
        void written(int bytes);

        /** The stream is broken; nothing more is going to be written. */
        void failed(IOException failure);
    }

    /** Copies the bytes and has them written. */
    synchronized void offer(byte[] bytes, int offset, int length) {
        waiting.write(bytes, offset, length);
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name(name).start(this::serve);
        } else {
            notifyAll();
        }
    }

    /** Ends the thread once everything is written. */
    synchronized void finish() {
        finishing = true;
        notifyAll();
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
        try {
            for (byte[] bytes = next(); bytes != null; bytes = next()) {
                target.write(bytes);
                listener.written(bytes.length);
            }
        } catch (IOException e) {
            listener.failed(e);
        } catch (InterruptedException e) {
            listener.failed(new IOException("the writing thread was interrupted", e));
        } finally {
            synchronized (this) {
                thread = null;
                writing = false;
                notifyAll();
            }
        }
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
