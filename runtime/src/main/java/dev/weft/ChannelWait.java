package dev.weft;

import dev.weft.internal.loop.LoopEntry;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/**
 * A task's wait until a channel is ready. It is itself what the selector appends to the ready queue, and running it resumes the task
 * on the spot: no callback in between, and no iteration lost.
 */
final class ChannelWait extends Future<@Nullable Void> implements LoopEntry {
    private final SelectableChannel channel;
    private final boolean writing;

    ChannelWait(EventLoop loop, SelectableChannel channel, boolean writing) {
        super(loop);
        this.channel = channel;
        this.writing = writing;
    }

    /** The channel is ready, or was closed. On the loop's own stack. */
    @Override
    public void run() {
        if (done()) {
            return; // cancelled by an entry before this one
        }
        unregister();
        Task<?> task = completeForOneTask(null);
        if (task != null) {
            getLoop().core().step(task.running());
        }
    }

    /** The task tries again, and gets the exception. */
    @Override
    public boolean runsOnClose() {
        return true;
    }

    @Override
    public boolean cancel(@Nullable String message) {
        boolean pending = super.cancel(message);
        if (pending) {
            unregister();
        }
        return pending;
    }

    @Override
    String describeBriefly() {
        return (writing ? "room in " : "input from ") + channel;
    }

    private void unregister() {
        getLoop().core().removeInterest(channel, writing);
    }
}
