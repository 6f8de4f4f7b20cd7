package dev.weft;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Selectors that do at each select what a test wants, say return at once with nothing, or throw. */
final class OddSelectors extends SelectorProvider {
    private final SelectorProvider jdk = SelectorProvider.provider();
    private final Oddity oddity;
    private int opened;
    private int selects;
    private final AtomicLong wakeups = new AtomicLong();

    /** Asked before each select that may wait. */
    interface Oddity {
        /** Returns whether that select returns at once with nothing. {@code number} counts from 1 over all selectors. */
        boolean returnsEarly(int selector, int number) throws IOException;
    }

    OddSelectors(Oddity oddity) {
        this.oddity = oddity;
    }

    int opened() {
        return opened;
    }

    int selects() {
        return selects;
    }

    /** How often any of them was told to return. */
    long wakeups() {
        return wakeups.get();
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        opened++;
        return new Odd(this, jdk.openSelector(), opened);
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return jdk.openDatagramChannel();
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        return jdk.openDatagramChannel(family);
    }

    @Override
    public Pipe openPipe() throws IOException {
        return jdk.openPipe();
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return jdk.openServerSocketChannel();
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return jdk.openSocketChannel();
    }

    private static final class Odd extends AbstractSelector {
        private final OddSelectors provider;
        private final Selector real;
        private final int selector;

        Odd(OddSelectors provider, Selector real, int selector) {
            super(provider);
            this.provider = provider;
            this.real = real;
            this.selector = selector;
        }

        @Override
        protected SelectionKey register(AbstractSelectableChannel channel, int operations, Object attachment) {
            try {
                var key = new Key(this, attachment);
                key.real = channel.register(real, operations, key);
                return key;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public int select(Consumer<SelectionKey> action, long timeout) throws IOException {
            provider.selects++;
            if (provider.oddity.returnsEarly(selector, provider.selects)) {
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
            return real.keys().stream()
                    .map(key -> (SelectionKey) key.attachment())
                    .collect(Collectors.toSet());
        }

        @Override
        public Set<SelectionKey> selectedKeys() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int selectNow() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int select(long timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int select() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Selector wakeup() {
            provider.wakeups.incrementAndGet();
            real.wakeup();
            return this;
        }

        @Override
        protected void implCloseSelector() throws IOException {
            real.close();
        }
    }

    private static final class Key extends SelectionKey {
        private final Odd selector;
        private SelectionKey real;

        Key(Odd selector, Object attachment) {
            this.selector = selector;
            attach(attachment);
        }

        @Override
        public SelectableChannel channel() {
            return real.channel();
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
