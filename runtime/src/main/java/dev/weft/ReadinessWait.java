package dev.weft;

import dev.weft.internal.loop.LoopEntry;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/**
 * A task's wait until a channel is ready. It is itself what the selector appends to the ready queue, and running it resumes the task
 * on the spot: no callback in between, and no iteration lost.
 *
 * @param <T> what the wait ends with
 */
abstract class ReadinessWait<T extends @Nullable Object> extends Future<T> implements LoopEntry {
    private final SelectableChannel channel;
    private final T ready;

    /** @param ready what the wait ends with when the channel is ready */
    ReadinessWait(EventLoop loop, SelectableChannel channel, T ready) {
        super(loop);
        this.channel = channel;
        this.ready = ready;
    }

    SelectableChannel channel() {
        return channel;
    }

    /** Takes itself off the channel. */
    abstract void leave();

    /** The channel is ready, or was closed. On the loop's own stack. */
    @Override
    public final void run() {
        if (isDone()) {
            return; // cancelled by an entry before this one
        }
        leave();
        Task<?> task = completeForOneTask(ready);
        if (task != null) {
            getLoop().core().step(task.running());
        }
    }

    /** The task tries again, and gets the exception. */
    @Override
    public final boolean runsOnClose() {
        return true;
    }

    @Override
    public final boolean cancel(@Nullable String message) {
        boolean pending = super.cancel(message);
        if (pending) {
            leave();
        }
        return pending;
    }
}
