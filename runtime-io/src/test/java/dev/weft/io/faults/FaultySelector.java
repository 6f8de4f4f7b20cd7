package dev.weft.io.faults;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A selector over a real one. What is registered with it is registered there, and the keys stand for each other. */
final class FaultySelector extends AbstractSelector {
    private final Selector real;

    FaultySelector(FaultyProvider provider, Selector real) {
        super(provider);
        this.real = real;
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int operations, Object attachment) {
        SelectableChannel registered = channel instanceof Faulty faulty ? faulty.real() : channel;
        try {
            return new Key(this, channel, registered.register(real, operations), attachment);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int select(Consumer<SelectionKey> action, long timeout) throws IOException {
        if (Faults.at(Fault.Call.SELECT) == Fault.SELECTS_NOTHING) {
            return 0;
        }
        return real.select(key -> action.accept((Key) key.attachment()), timeout);
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) throws IOException {
        return real.selectNow(key -> action.accept((Key) key.attachment()));
    }

    @Override
    public Set<SelectionKey> keys() {
        return real.keys().stream().map(key -> (SelectionKey) key.attachment()).collect(Collectors.toSet());
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        throw new UnsupportedOperationException("the loop hands over what is to be done with a key");
    }

    @Override
    public int selectNow() {
        throw new UnsupportedOperationException("the loop hands over what is to be done with a key");
    }

    @Override
    public int select(long timeout) {
        throw new UnsupportedOperationException("the loop hands over what is to be done with a key");
    }

    @Override
    public int select() {
        throw new UnsupportedOperationException("the loop hands over what is to be done with a key");
    }

    @Override
    public Selector wakeup() {
        real.wakeup();
        return this;
    }

    @Override
    protected void implCloseSelector() throws IOException {
        real.close();
    }

    /** A channel over a real one. */
    interface Faulty {
        SelectableChannel real();
    }

    private static final class Key extends SelectionKey {
        private final FaultySelector selector;
        private final SelectableChannel channel;
        private final SelectionKey real;

        Key(FaultySelector selector, SelectableChannel channel, SelectionKey real, Object attachment) {
            this.selector = selector;
            this.channel = channel;
            this.real = real;
            real.attach(this);
            attach(attachment);
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
        public boolean isValid() {
            return real.isValid();
        }

        @Override
        public void cancel() {
            real.cancel();
        }

        @Override
        public int interestOps() {
            return real.interestOps();
        }

        @Override
        public SelectionKey interestOps(int operations) {
            real.interestOps(operations);
            return this;
        }

        @Override
        public int readyOps() {
            return real.readyOps();
        }
    }
}
