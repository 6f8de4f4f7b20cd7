package dev.weft.io.internal.transport;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a blocking stream on a thread of its own, a chunk at a time and only on demand. A chunk whose demand was taken back meanwhile waits
 * for the next one: a read that blocks cannot be undone, but what it yields need not be lost.
 *
 * <pre>
 *   idle --demand--> reading --chunk, demand still there--> delivered, idle
 *                            --chunk, demand taken back---> kept, given to the next demand
 *                            --end or failure-------------> given to every demand from now on
 * </pre>
 */
public final class InputPump {
    private static final int CHUNK = 64 * 1024;

    private final InputStream input;
    private final String name;
    private final ArrayDeque<Sink> demands = new ArrayDeque<>();
    private @Nullable Chunk kept;
    private @Nullable Chunk last;
    private @Nullable Thread thread;

    public InputPump(InputStream input, String name) {
        this.input = input;
        this.name = name;
    }

    /** What one read yielded: bytes; none at the end of the stream; or a failure. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Chunk(byte[] bytes, @Nullable IOException failure) {
        boolean isLast() {
            return failure != null || bytes.length == 0;
        }
    }

    /** Gets one chunk. */
    public interface Sink {
        /**
         * On the pump's thread, or on the one that asked.
         *
         * @return whether it was taken; if not, the next demand gets it
         */
        boolean arrived(Chunk chunk);
    }

    /** Asks for the next chunk. */
    public void demand(Sink sink) {
        Chunk chunk;
        synchronized (this) {
            chunk = kept != null ? kept : last;
            kept = null;
            if (chunk == null) {
                demands.add(sink);
                if (thread == null) {
                    thread = Thread.ofPlatform().daemon().name(name).start(this::serve);
                } else {
                    notifyAll();
                }
                return;
            }
        }
        if (!sink.arrived(chunk)) {
            giveBack(chunk);
        }
    }

    /** Takes a demand back. */
    public synchronized void withdraw(Sink sink) {
        demands.remove(sink);
    }

    /** Has the next demand get a chunk that was delivered but could not be used. */
    public synchronized void giveBack(Chunk chunk) {
        if (!chunk.isLast()) {
            kept = chunk;
        }
    }

    private void serve() {
        while (true) {
            synchronized (this) {
                while (demands.isEmpty()) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        thread = null; // whoever interrupts it wants it to end; the next demand starts another
                        return;
                    }
                }
            }
            Chunk chunk = read();
            if (chunk.isLast()) {
                tellAll(chunk);
                return;
            }
            Sink sink;
            synchronized (this) {
                sink = demands.poll();
                if (sink == null) {
                    kept = chunk;
                }
            }
            if (sink != null && !sink.arrived(chunk)) {
                giveBack(chunk);
            }
        }
    }

    private void tellAll(Chunk chunk) {
        while (true) {
            Sink sink;
            synchronized (this) {
                last = chunk;
                sink = demands.poll();
            }
            if (sink == null) {
                return;
            }
            sink.arrived(chunk);
        }
    }

    private Chunk read() {
        var bytes = new byte[CHUNK];
        try {
            int length = input.read(bytes);
            return new Chunk(length <= 0 ? new byte[0] : Arrays.copyOf(bytes, length), null);
        } catch (IOException e) {
            return new Chunk(new byte[0], e);
        }
    }
}
