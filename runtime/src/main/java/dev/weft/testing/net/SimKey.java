package dev.weft.testing.net;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectionKey;

/** That a {@link SimSelector} waits for a channel. */
final class SimKey extends AbstractSelectionKey {
    private final SimSelector selector;
    private final SelectableChannel channel;
    private int interest;
    private int ready;

    SimKey(SimSelector selector, SelectableChannel channel) {
        this.selector = selector;
        this.channel = channel;
    }

    @Override
    public SelectableChannel channel() {
        return channel;
    }

    @Override
    public Selector selector() {
        return selector;
    }

    @Override
    public int interestOps() {
        ensureValid();
        return interest;
    }

    @Override
    public SelectionKey interestOps(int operations) {
        ensureValid();
        if ((operations & ~channel.validOps()) != 0) {
            throw new IllegalArgumentException("not all of " + operations + " are operations of " + channel);
        }
        interest = operations;
        return this;
    }

    @Override
    public int readyOps() {
        ensureValid();
        return ready;
    }

    /** Looks for what it is ready of what somebody waits for; whether there is anything. */
    boolean look() {
        ready = isValid() ? interest & ((SimChannel) channel).ready() : 0;
        return ready != 0;
    }

    private void ensureValid() {
        if (!isValid()) {
            throw new CancelledKeyException();
        }
    }
}
