package dev.weft.io.internal.transport;

import dev.weft.io.BufferLimits;

/** Tells a protocol to pause and to go on writing, in strict alternation, as a buffer passes its water marks. */
final class FlowMeter {
    private static final BufferLimits DEFAULT = new BufferLimits(16 * 1024, 64 * 1024);

    private final ProtocolCalls calls;
    private BufferLimits limits = DEFAULT;
    private boolean paused;

    FlowMeter(ProtocolCalls calls) {
        this.calls = calls;
    }

    BufferLimits limits() {
        return limits;
    }

    void setLimits(BufferLimits limits, int size) {
        this.limits = limits;
        grown(size);
    }

    /** After the buffer grew. */
    void grown(int size) {
        if (!paused && size > limits.high()) {
            paused = true;
            calls.pauseWriting();
        }
    }

    /** After the buffer shrank. */
    void shrunk(int size) {
        if (paused && size <= limits.low()) {
            paused = false;
            calls.resumeWriting();
        }
    }
}
