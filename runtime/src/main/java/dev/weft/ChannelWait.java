package dev.weft;

import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/** A task's wait until a channel that nobody owns is readable, or writable. */
final class ChannelWait extends ReadinessWait<@Nullable Void> {
    private final boolean writing;

    ChannelWait(EventLoop loop, SelectableChannel channel, boolean writing) {
        super(loop, channel, null);
        this.writing = writing;
    }

    @Override
    String describeBriefly() {
        return (writing ? "room in " : "input from ") + channel();
    }

    @Override
    void leave() {
        getLoop().core().removeInterest(channel(), writing);
    }
}
