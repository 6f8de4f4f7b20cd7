package dev.weft.internal.loop;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import java.util.concurrent.TimeUnit;

/**
 * Notices that channels were closed while tasks wait for them. A selector lets go of a closed channel during its next select, without a word
 * to anybody; all that shows is that it has fewer keys than were registered. Then, and at most every so often, the registered
 * keys are looked through. So a poll costs a comparison of two numbers more, and with any number of channels opened and closed per second the
 * looking through stays below a hundredth of the time.
 */
final class ClosedChannels {
    /** How long a task may wait for a closed channel. */
    static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** What was registered and not found to be gone yet. */
    private final List<SelectionKey> known = new ArrayList<>();

    private final long interval;
    private long lastLook;

    /** Looks at most every so many nanoseconds. */
    ClosedChannels(long interval) {
        this.interval = interval;
        lastLook = System.nanoTime() - interval;
    }

    void registered(SelectionKey key) {
        known.add(key);
    }

    boolean noneKnown() {
        return known.isEmpty();
    }

    /** Whether the selector has let go of none but those already noticed. */
    boolean allNoticed(Selector selector) {
        return known.size() == selector.keys().size();
    }

    /** After a select: appends the tasks that wait for channels which the selector has let go of. */
    void notice(Selector selector, Fifo<Object> ready) {
        if (allNoticed(selector)) {
            return;
        }
        long now = System.nanoTime();
        if (now - lastLook < interval) {
            return;
        }
        lastLook = now;
        known.removeIf(key -> {
            if (key.isValid()) {
                return false;
            }
            ((Poller.Interest) key.attachment()).channelClosed(ready);
            return true;
        });
    }

    /** Registers what is not closed with another selector, as it is with the present one. */
    void moveTo(Selector selector) throws IOException {
        // What was closed and not noticed stays, to be noticed with the new one.
        for (ListIterator<SelectionKey> keys = known.listIterator(); keys.hasNext(); ) {
            SelectionKey key = keys.next();
            try {
                keys.set(key.channel().register(selector, key.interestOps(), key.attachment()));
            } catch (CancelledKeyException | ClosedChannelException e) {
                // closed
            }
        }
    }

    void clear() {
        known.clear();
    }
}
