package dev.weft.io.internal.transport;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a blocking stream on a thread of its own, a chunk at a time and only on demand. A chunk whose demand was taken back meanwhile waits
 * for the next one: a read that blocks cannot be undone, but what it yields need not be lost.
 *
 * <pre>
 *   idle --demand--> reading --chunk, demand still there--> delivered, idle
 *                            --chunk, demand taken back---> kept, given to the next demand
 *                            --end or failure-------------> given to every demand from now on
 *   any --close---> closed: by the thread if it is idle, by another one if it reads; nothing is delivered any more
 * </pre>
 *
 * <p>A platform thread: a virtual one that reads a pipe keeps its carrier, for which the JDK makes up with more carriers only up to 256. 300
 * silent pipes then stop every virtual thread of the program (measured on JDK 25.0.3, 2 cores).
 */
public final class InputPump {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final int CHUNK = 64 * 1024;

    private final InputStream input;
    private final String name;
    private final boolean owned;
    private final Object held;
    private final ArrayDeque<Sink> demands = new ArrayDeque<>();
    private @Nullable Chunk kept;
    private @Nullable Chunk last;
    private @Nullable Thread thread;
    private boolean reading;
    private boolean closed;

    private InputPump(InputStream input, String name, boolean owned, Object held) {
        this.input = input;
        this.name = name;
        this.owned = owned;
        this.held = held;
    }

    /** Reads a stream that stays open, for whoever comes next. */
    public static InputPump shared(InputStream input, String name) {
        return new InputPump(input, name, false, new Object());
    }

    /** Reads a stream that is closed at its end, and by {@link #close}. */
    public static InputPump owning(InputStream input, String name) {
        return new InputPump(input, name, true, new Object());
    }

    /**
     * Reads a child's output, from now on. When the child ends, the JDK takes what is in its pipes and closes them, one after the other,
     * which would cut off what its own children still write, and lets only a stream's monitor stop it. So the thread keeps that until the
     * pipe's real end; until then the JDK's thread that awaits the child's exit is kept, too.
     */
    public static InputPump ofChild(InputStream output, String name) {
        var pump = new InputPump(output, name, true, output);
        synchronized (pump) {
            pump.startThread();
        }
        return pump;
    }

    /** As {@link #ofChild}, by the thread that calls {@link #serveHere} next. */
    public static InputPump ofChildHere(InputStream output, String name) {
        var pump = new InputPump(output, name, true, output);
        synchronized (pump) {
            pump.thread = Thread.currentThread();
        }
        return pump;
    }

    /** Makes the calling thread the pump's, until the end of the stream. */
    public void serveHere() {
        synchronized (held) {
            serve();
        }
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
            if (closed) {
                return;
            }
            chunk = kept != null ? kept : last;
            kept = null;
            if (chunk == null) {
                demands.add(sink);
                if (thread == null) {
                    startThread();
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

    /** Delivers nothing more; if the stream is this pump's, closes it. May be repeated. */
    public void close() {
        if (!owned) {
            return;
        }
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            demands.clear();
            kept = null;
            if (last != null) {
                return; // the thread has closed the stream
            }
            Thread reader = thread;
            if (reader != null) {
                if (!reading) {
                    notifyAll();
                    return;
                }
                reader.interrupt(); // ends what waits as Java does; to end what the system makes wait, the stream is
                // closed
            }
        }
        // Somebody else's stream may block here as well; a pipe of the system does not.
        Thread.ofPlatform().daemon().name(name + "-close").start(this::closeInput);
    }

    private void startThread() {
        thread = Thread.ofPlatform().daemon().name(name).start(this::serveHere);
    }

    private void serve() {
        while (awaitDemand()) {
            Chunk chunk = read();
            if (chunk.isLast()) {
                if (owned) {
                    closeInput(); // before anybody is told, so that whoever is told finds it closed
                }
                tellAll(chunk);
                return;
            }
            Sink sink;
            synchronized (this) {
                reading = false;
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

    /** Whether there is a demand; if not, the thread ends. */
    private boolean awaitDemand() {
        synchronized (this) {
            while (demands.isEmpty() && !closed) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    thread = null; // whoever interrupts it wants it to end; the next demand starts another
                    return false;
                }
            }
            if (!closed) {
                reading = true;
                return true;
            }
        }
        closeInput();
        return false;
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
        } catch (RuntimeException | Error e) {
            return new Chunk(new byte[0], new IOException("the stream failed: " + e, e));
        }
    }

    private void closeInput() {
        try {
            input.close();
        } catch (IOException | RuntimeException e) {
            LOG.debug("{}: closing failed", name, e);
        }
    }
}
