package dev.weft;

import dev.weft.internal.loop.LoopEntry;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A channel's only owner on a loop: while the claim lasts, {@code addReader}, {@code addWriter} and the {@code sock} calls refuse the
 * channel, so that nobody takes bytes out of the middle of the owner's stream. For those who write transports.
 *
 * <p>Confined to its loop. Made by {@link EventLoop#claimChannel}.
 */
public final class ChannelClaim implements AutoCloseable {
    private final EventLoop loop;
    private final SelectableChannel channel;
    private final Object owner;
    private final @Nullable List<StackTraceElement> sourceTraceback;
    private boolean released;

    /** The last wait, when it is over and can be used again. */
    private @Nullable ClaimWait spare;

    ChannelClaim(EventLoop loop, SelectableChannel channel, Object owner) {
        this.loop = loop;
        this.channel = channel;
        this.owner = Objects.requireNonNull(owner, "owner");
        sourceTraceback = loop.traceIfDebug();
    }

    /** {@return the channel} */
    public SelectableChannel channel() {
        return channel;
    }

    /** {@return who claimed it} */
    public Object owner() {
        return owner;
    }

    /**
     * As {@link EventLoop#addReader}, for the owner.
     *
     * @param callback what to call in each iteration in which the channel is readable
     * @throws IllegalStateException if the claim, the loop or the channel is closed
     */
    public void addReader(Action callback) {
        ensureHeld();
        loop.addInterest(channel, false, callback);
    }

    /**
     * As {@link EventLoop#addWriter}, for the owner.
     *
     * @param callback what to call in each iteration in which the channel is writable
     * @throws IllegalStateException if the claim, the loop or the channel is closed
     */
    public void addWriter(Action callback) {
        ensureHeld();
        loop.addInterest(channel, true, callback);
    }

    /**
     * As {@link EventLoop#removeReader}, for the owner.
     *
     * @return whether there was a reader
     */
    public boolean removeReader() {
        return loop.removeInterest(channel, false);
    }

    /**
     * As {@link EventLoop#removeWriter}, for the owner.
     *
     * @return whether there was a writer
     */
    public boolean removeWriter() {
        return loop.removeInterest(channel, true);
    }

    /**
     * Has the calling task wait until the channel is readable, in the place of the reader: that is not called meanwhile, and the task goes
     * on in the very iteration that finds the channel readable, to do what the reader would have done. Nothing is called in between, and
     * no iteration lost. A cancelled wait leaves the reader as it was.
     *
     * @return whether the channel is readable, or was closed by somebody else; false if there is no reader, it was removed or replaced meanwhile, or somebody called
     *     {@link #endWait}
     * @throws CancelledError if the task is cancelled meanwhile
     * @throws IllegalStateException if the caller is no task, another task waits, or the claim was given up
     */
    @Suspends
    public boolean awaitReadable() {
        ensureHeld();
        return loop.channelCalls().awaitInPlaceOfReader(this);
    }

    /** Ends {@link #awaitReadable} of a task, which goes on in the next iteration. Without effect if none waits. */
    public void endWait() {
        loop.checkThread();
        if (!released) {
            loop.channelCalls().endWaitInPlaceOfReader(channel);
        }
    }

    /** Gives the channel up: its reader and its writer are removed, and anybody may use it again. May be repeated. */
    @Override
    public void close() {
        if (!released) {
            removeReader();
            removeWriter();
            released = true;
            loop.channelCalls().released(this);
        }
    }

    /**
     * Gives the channel up and closes it, at once: one that a selector knows would otherwise keep its descriptor, and a listening one its
     * address, until the loop polls again. May be repeated.
     *
     * @throws IOException if closing fails
     */
    public void closeChannel() throws IOException {
        close();
        channel.close();
        loop.forgetClosedChannels();
    }

    /** A wait in the place of a callback. */
    ClaimWait newWait(LoopEntry callback) {
        ClaimWait wait = spare;
        if (wait == null) {
            return new ClaimWait(loop, channel, callback);
        }
        spare = null;
        wait.reopen(callback);
        return wait;
    }

    /** Takes a wait back that has ended because the channel was readable. In debug mode each has a traceback of its own. */
    void keep(ClaimWait wait) {
        if (!loop.getDebug()) {
            spare = wait;
        }
    }

    @Nullable
    List<StackTraceElement> sourceTraceback() {
        return sourceTraceback;
    }

    private void ensureHeld() {
        if (released) {
            throw new IllegalStateException("the claim was given up: " + channel);
        }
    }

    @Override
    public String toString() {
        return "ChannelClaim[" + channel + ", owned by " + owner + (released ? ", given up" : "") + "]";
    }
}
