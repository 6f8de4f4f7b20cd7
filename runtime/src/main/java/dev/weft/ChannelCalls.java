package dev.weft;

import dev.weft.internal.loop.LoopEntry;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What a loop's tasks do with plain channels: try at once, wait only if the channel is not ready. */
final class ChannelCalls {
    /** The JDK copies a heap buffer whole before each write, so that a large one is better offered in pieces. */
    private static final int LARGEST_WRITE = 128 * 1024;

    private static final int SHARED_BUFFER = 64 * 1024;
    private static final int COPIED_AT_ONCE = 256 * 1024;

    private final EventLoop loop;
    private final Map<SelectableChannel, ChannelClaim> claims =
            new ConcurrentHashMap<>(); // channels are equal to themselves alone
    private @Nullable ByteBuffer shared;

    ChannelCalls(EventLoop loop) {
        this.loop = loop;
    }

    // ---- owners

    ChannelClaim claim(SelectableChannel channel, Object owner) {
        ensureUsable(channel);
        var claim = new ChannelClaim(loop, channel, owner);
        claims.put(channel, claim);
        return claim;
    }

    void released(ChannelClaim claim) {
        claims.remove(claim.channel(), claim);
    }

    /** The claims that last. Any thread. */
    List<ChannelClaim> claims() {
        return List.copyOf(claims.values());
    }

    /** Refuses a channel that has an owner. */
    void ensureUnowned(SelectableChannel channel) {
        ChannelClaim claim = claims.isEmpty() ? null : claims.get(channel);
        if (claim != null) {
            throw new IllegalStateException(channel + " is owned by a transport: " + claim.owner());
        }
    }

    private void ensureUsable(SelectableChannel channel) {
        Objects.requireNonNull(channel, "channel");
        loop.ensureOpen();
        loop.checkThread();
        if (channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        ensureUnowned(channel);
    }

    // ---- waiting

    @Suspends
    void awaitReady(SelectableChannel channel, boolean writing) {
        ensureUsable(channel);
        waitFor(channel, writing);
    }

    @Suspends
    private void waitFor(SelectableChannel channel, boolean writing) {
        var wait = new ChannelWait(loop, channel, writing);
        loop.requireTask(wait);
        if (loop.core().interest(channel, writing) != null) {
            throw new IllegalStateException(
                    "something else already waits to " + (writing ? "write to " : "read from ") + channel);
        }
        loop.core().addInterest(channel, writing, wait);
        boolean through = false;
        try {
            wait.await();
            through = true;
        } finally {
            if (!through) {
                wait.cancel(); // the task could not suspend, or was told to stop before the channel was ready
            }
        }
    }

    /** Waits in the place of the reader's callback. */
    @Suspends
    boolean awaitInPlaceOfReader(ChannelClaim claim) {
        SelectableChannel channel = claim.channel();
        LoopEntry callback = loop.core().interest(channel, false);
        if (callback == null) {
            return false;
        }
        if (callback instanceof ClaimWait) {
            throw new IllegalStateException("another task waits to read from " + channel);
        }
        ClaimWait wait = claim.newWait(callback);
        loop.requireTask(wait);
        loop.core().addInterest(channel, false, wait);
        boolean through = false;
        try {
            boolean readable = wait.await();
            through = true;
            if (readable) {
                claim.keep(wait);
            }
            return readable;
        } finally {
            if (!through) {
                wait.cancel(); // the task could not suspend, or was told to stop before the channel was ready
            }
        }
    }

    /** Ends such a wait. */
    void endWaitInPlaceOfReader(SelectableChannel channel) {
        if (loop.core().interest(channel, false) instanceof ClaimWait wait) {
            wait.end();
        }
    }

    // ---- streams

    @Suspends
    byte[] receive(SocketChannel channel, int n) throws IOException {
        if (n < 0) {
            throw new IllegalArgumentException("cannot receive a negative number of bytes, got " + n);
        }
        ensureUsable(channel);
        if (n == 0) {
            return new byte[0];
        }
        while (true) {
            ByteBuffer buffer = n <= SHARED_BUFFER ? shared().limit(n) : ByteBuffer.allocate(n);
            int count = channel.read(buffer);
            if (count != 0) {
                loop.resources().received(Math.max(count, 0));
                return taken(buffer.flip());
            }
            waitFor(channel, false);
        }
    }

    @Suspends
    int receiveInto(SocketChannel channel, ByteBuffer buffer) throws IOException {
        ensureUsable(channel);
        if (!buffer.hasRemaining()) {
            return 0;
        }
        while (true) {
            int count = channel.read(buffer);
            if (count != 0) {
                loop.resources().received(Math.max(count, 0));
                return Math.max(count, 0);
            }
            waitFor(channel, false);
        }
    }

    @Suspends
    void sendAll(SocketChannel channel, ByteBuffer data) throws IOException {
        ensureUsable(channel);
        int end = data.limit();
        try {
            while (data.position() < end) {
                data.limit(Math.min(end, data.position() + LARGEST_WRITE));
                loop.resources().sent(channel.write(data));
                if (data.hasRemaining()) {
                    waitFor(channel, true);
                }
            }
        } finally {
            data.limit(end);
        }
    }

    @Suspends
    void connect(SocketChannel channel, SocketAddress address) throws IOException {
        ensureUsable(channel);
        SocketAddress target = address instanceof InetSocketAddress inet && inet.isUnresolved()
                ? loop.getAddrInfo(inet.getHostString(), inet.getPort()).getFirst()
                : address;
        try {
            // An earlier call that was cancelled may have begun it already.
            if (!channel.isConnectionPending() && channel.connect(target)) {
                return;
            }
            do {
                waitFor(channel, true);
            } while (!channel.finishConnect());
        } catch (SocketException e) {
            SocketException named = named(e, e.getMessage() + ": " + target);
            named.initCause(e);
            throw named;
        }
    }

    /** The JDK says what happened, but not to which address. */
    private static SocketException named(SocketException failure, String message) {
        return switch (failure) {
            case ConnectException ignored -> new ConnectException(message);
            case BindException ignored -> new BindException(message);
            case NoRouteToHostException ignored -> new NoRouteToHostException(message);
            default -> new SocketException(message);
        };
    }

    @Suspends
    SocketChannel accept(ServerSocketChannel channel) throws IOException {
        ensureUsable(channel);
        while (true) {
            SocketChannel accepted = channel.accept();
            if (accepted != null) {
                accepted.configureBlocking(false);
                return accepted;
            }
            waitFor(channel, false);
        }
    }

    // ---- files

    @Suspends
    long sendFile(SocketChannel channel, FileChannel file, long offset, long count, boolean fallback)
            throws IOException {
        if (offset < 0) {
            throw new IllegalArgumentException("an offset is not negative, got " + offset);
        }
        if (count <= 0) {
            throw new IllegalArgumentException("a count is positive, got " + count);
        }
        ensureUsable(channel);
        boolean direct = isOfTheJdk(file) && isOfTheJdk(channel);
        if (!direct && !fallback) {
            throw new SendfileNotAvailableException(
                    "the system cannot send from " + file + " to " + channel + " by itself");
        }
        long sent = 0;
        try {
            while (sent < count) {
                long begin = offset + sent;
                long step = direct
                        ? transfer(channel, file, begin, count - sent)
                        : copy(channel, file, begin, count - sent);
                if (step < 0) {
                    break;
                }
                sent += step;
                if (sent < count) {
                    // A peer that reads as fast as this side sends must not keep other tasks waiting.
                    WrongCaller.currentTask("sockSendFile").yieldNow();
                }
            }
        } finally {
            file.position(offset + sent);
        }
        return sent;
    }

    /** The system moves the bytes only between channels it knows. */
    private static boolean isOfTheJdk(Channel channel) {
        return channel.getClass().getModule() == Channel.class.getModule();
    }

    /** How many bytes the system has moved, -1 at the end of the file; waits while the channel takes none. */
    @Suspends
    private long transfer(SocketChannel channel, FileChannel file, long begin, long count) throws IOException {
        while (true) {
            long moved = file.transferTo(begin, count, channel);
            if (moved > 0) {
                loop.resources().sent(moved);
                return moved;
            }
            // Also if the file was cut short meanwhile: the system just says 0 then.
            if (begin >= file.size()) {
                return -1;
            }
            waitFor(channel, true);
        }
    }

    /** How many bytes were read, off the loop, and sent; -1 at the end of the file. */
    @Suspends
    private long copy(SocketChannel channel, FileChannel file, long begin, long count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, COPIED_AT_ONCE));
        int length = loop.runInExecutor(null, () -> file.read(buffer, begin)).await(IOException.class);
        if (length <= 0) {
            return -1;
        }
        sendAll(channel, buffer.flip());
        return length;
    }

    // ---- datagrams

    @Suspends
    Datagram receiveFrom(DatagramChannel channel, int n) throws IOException {
        if (n < 0) {
            throw new IllegalArgumentException("cannot receive a negative number of bytes, got " + n);
        }
        ensureUsable(channel);
        while (true) {
            ByteBuffer buffer = n <= SHARED_BUFFER ? shared().limit(n) : ByteBuffer.allocate(n);
            SocketAddress from = channel.receive(buffer);
            if (from != null) {
                loop.resources().received(buffer.position());
                return new Datagram(taken(buffer.flip()), from);
            }
            waitFor(channel, false);
        }
    }

    @Suspends
    ReceivedInto receiveFromInto(DatagramChannel channel, ByteBuffer buffer, int n) throws IOException {
        if (n < 0 || n > buffer.remaining()) {
            throw new IllegalArgumentException(
                    "cannot receive " + n + " bytes into a buffer with room for " + buffer.remaining());
        }
        ensureUsable(channel);
        int begin = buffer.position();
        ByteBuffer target = buffer.slice(begin, n);
        while (true) {
            SocketAddress from = channel.receive(target);
            if (from != null) {
                loop.resources().received(target.position());
                buffer.position(begin + target.position());
                return new ReceivedInto(target.position(), from);
            }
            waitFor(channel, false);
        }
    }

    @Suspends
    int sendTo(DatagramChannel channel, ByteBuffer data, SocketAddress address) throws IOException {
        ensureUsable(channel);
        Objects.requireNonNull(address, "address");
        int length = data.remaining();
        while (true) {
            int sent = channel.send(data, address);
            if (sent > 0 || length == 0) {
                loop.resources().sent(sent);
                return sent;
            }
            waitFor(channel, true);
        }
    }

    private ByteBuffer shared() {
        ByteBuffer buffer = shared;
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(SHARED_BUFFER);
            shared = buffer;
        }
        return buffer.clear();
    }

    private static byte[] taken(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
