package dev.weft;

import dev.weft.internal.loop.LoopCore;
import dev.weft.internal.loop.LoopEntry;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/**
 * A task's wait until a claimed channel is readable, in the place of the callback that the owner has registered for that, which gets its
 * place back when the wait is over. So the selector need not be told anything at all. Ends with true if the channel is readable, with
 * false if the owner has taken its callback away meanwhile.
 */
final class ClaimWait extends Future<Boolean> implements LoopEntry {
    private final SelectableChannel channel;
    private final LoopEntry callback;

    /** In the place of a callback, which it keeps. */
    ClaimWait(EventLoop loop, SelectableChannel channel, LoopEntry callback) {
        super(loop);
        this.channel = channel;
        this.callback = callback;
    }

    /** The channel is ready, or was closed. On the loop's own stack. */
    @Override
    public void run() {
        if (done()) {
            return; // cancelled by an entry before this one
        }
        restore();
        Task<?> task = completeForOneTask(true);
        if (task != null) {
            getLoop().core().step(task.running());
        }
    }

    /** The task reads, and gets the exception. */
    @Override
    public boolean runsOnClose() {
        return true;
    }

    @Override
    public boolean cancel(@Nullable String message) {
        boolean pending = super.cancel(message);
        if (pending) {
            restore();
        }
        return pending;
    }

    /** Ends the wait without the channel being readable; the task goes on in the next iteration. */
    void end() {
        if (!done()) {
            restore();
            complete(false);
        }
    }

    @Override
    String describeBriefly() {
        return "input from " + channel;
    }

    private void restore() {
        LoopCore core = getLoop().core();
        if (core.interest(channel, false) == this) { // and not closed meanwhile
            core.addInterest(channel, false, callback);
        }
    }
}
