package dev.weft;

import java.util.Objects;

/** How a {@link Channel} behaves. Immutable: each setter returns a changed copy. */
public final class ChannelOptions {
    static final ChannelOptions DEFAULT = new ChannelOptions(Overflow.SUSPEND);

    private final Overflow overflow;

    private ChannelOptions(Overflow overflow) {
        this.overflow = overflow;
    }

    /**
     * What sending to a full channel does; by default the sender waits.
     *
     * @param overflow the policy
     * @return changed copy
     */
    public ChannelOptions overflow(Overflow overflow) {
        return new ChannelOptions(Objects.requireNonNull(overflow, "overflow"));
    }

    /** {@return what sending to a full channel does} */
    public Overflow overflow() {
        return overflow;
    }
}
