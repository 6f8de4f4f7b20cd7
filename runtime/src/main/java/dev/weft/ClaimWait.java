package dev.weft;

import dev.weft.internal.loop.LoopCore;
import dev.weft.internal.loop.LoopEntry;
import java.nio.channels.SelectableChannel;

/**
 * A task's wait until a claimed channel is readable, in the place of the callback that the owner has registered for that, which gets its
 * place back when the wait is over. So the selector need not be told anything at all. Ends with true if the channel is readable, with
 * false if the owner has taken its callback away meanwhile.
 */
final class ClaimWait extends ReadinessWait<Boolean> {
    private LoopEntry callback;

    /** In the place of a callback, which it keeps. */
    ClaimWait(EventLoop loop, SelectableChannel channel, LoopEntry callback) {
        super(loop, channel, true);
        this.callback = callback;
    }

    /**
     * Used again, once the channel was readable: then neither the selector nor the ready queue knows it any more. So a task that reads one
     * message after another makes no garbage. Should some order of entries bring it up once more, the task looks, and finds nothing to
     * read.
     */
    void reopen(LoopEntry callback) {
        this.callback = callback;
        reopen();
    }

    /** Ends the wait without the channel being readable; the task goes on in the next iteration. */
    void end() {
        if (!isDone()) {
            leave();
            complete(false);
        }
    }

    @Override
    String describeBriefly() {
        return "input from " + channel();
    }

    @Override
    void leave() {
        LoopCore core = getLoop().core();
        if (core.interest(channel(), false) == this) { // and not closed meanwhile
            core.addInterest(channel(), false, callback);
        }
    }
}
