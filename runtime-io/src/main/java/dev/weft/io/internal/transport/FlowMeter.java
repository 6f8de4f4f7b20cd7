package dev.weft.io.internal.transport;

import dev.weft.io.BufferLimits;

/** Tells a protocol to pause and to go on writing, in strict alternation, as a buffer passes its water marks. */
public final class FlowMeter {
    static final BufferLimits DEFAULT = new BufferLimits(16 * 1024, 64 * 1024);

    private final ProtocolCalls calls;
    private BufferLimits limits;
    private boolean paused;

    FlowMeter(ProtocolCalls calls) {
        this(calls, DEFAULT);
    }

    public FlowMeter(ProtocolCalls calls, BufferLimits limits) {
        this.calls = calls;
        this.limits = limits;
    }

    public BufferLimits limits() {
        return limits;
    }

    public void setLimits(BufferLimits limits, int size) {
        this.limits = limits;
        grown(size);
    }

    /** After the buffer grew. */
    public void grown(int size) {
        if (!paused && size > limits.high()) {
            paused = true;
            calls.pauseWriting();
        }
    }

    /** After the buffer shrank. */
    public void shrunk(int size) {
        if (paused && size <= limits.low()) {
            paused = false;
            calls.resumeWriting();
        }
    }
}
