package dev.weft.io.internal.transport;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Connects and binds Unix sockets. */
public final class UnixSockets {
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private UnixSockets() {}

    // ---- connecting

    /**
     * A connected, non-blocking channel. While the server's queue is full it waits, as a blocking connect would: the system does not tell
     * when there is room, so it asks again, at most 50 ms later.
     */
    @Suspends
    public static SocketChannel connect(EventLoop loop, Path path) throws IOException {
        Duration pause = Duration.ofMillis(1);
        while (true) {
            try {
                return connectNow(loop, path);
            } catch (SocketException e) {
                if (!String.valueOf(e.getMessage()).contains("temporarily unavailable")) {
                    throw translated(e, path, "connect to");
                }
            }
            Asyncio.sleep(pause);
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        }
    }

    @Suspends
    private static SocketChannel connectNow(EventLoop loop, Path path) throws IOException {
        SocketChannel channel = loop.selectorProvider().openSocketChannel(StandardProtocolFamily.UNIX);
        boolean done = false;
        try {
            channel.configureBlocking(false);
            loop.sockConnect(channel, UnixDomainSocketAddress.of(path));
            done = true;
            return channel;
        } finally {
            if (!done) {
                Acceptor.closeQuietly(channel);
            }
        }
    }

    /** The same failure with the path, as a type that can be caught if there is one. */
    private static IOException translated(SocketException failure, Path path, String what) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains("No such file")) {
            var missing = new NoSuchFileException(path.toString(), null, "nothing to " + what + " there");
            missing.initCause(failure);
            return missing;
        }
        String text = message.contains("too long")
                ? "the path of a Unix socket has at most " + longestPath() + " bytes, this one "
                        + path.toString().getBytes(StandardCharsets.UTF_8).length + ": " + path
                : "cannot " + what + " the Unix socket " + path + ": " + message;
        SocketException named = failure instanceof ConnectException
                ? new ConnectException(text)
                : failure instanceof BindException ? new BindException(text) : new SocketException(text);
        named.initCause(failure);
        return named;
    }

    /** Two bytes fewer than the system has room for: so the JDK wants it. */
    private static int longestPath() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac") ? 102 : 106;
    }

    // ---- listening

    /**
     * A listening, non-blocking channel, whose file replaces a socket that is there and has exactly the permissions asked for, at no time
     * more. The system makes a socket with those that the umask and its directory allow; only who may write may connect. So a directory made
     * beside it shows whether somebody could connect before the permissions are set. If so, the socket is made inside that directory, which
     * is closed to others, and gets its name when it has its permissions. What {@code ss} and the channel itself say is then the first name:
     * the system knows no other.
     *
     * @param mode the permissions, as {@code chmod} takes them
     */
    public static ServerSocketChannel listen(EventLoop loop, Path path, int backlog, int mode) throws IOException {
        SocketFile.removeStale(path);
        ServerSocketChannel channel = loop.selectorProvider().openServerSocketChannel(StandardProtocolFamily.UNIX);
        boolean done = false;
        try {
            channel.configureBlocking(false);
            bind(channel, path, backlog, permissions(mode));
            done = true;
            return channel;
        } catch (SocketException e) {
            throw translated(e, path, "listen at");
        } finally {
            if (!done) {
                Acceptor.closeQuietly(channel);
            }
        }
    }

    private static void bind(ServerSocketChannel channel, Path path, int backlog, Set<PosixFilePermission> permissions)
            throws IOException {
        Path beside = directoryBeside(path);
        try {
            if (Files.getFileAttributeView(beside, PosixFileAttributeView.class) == null) {
                channel.bind(UnixDomainSocketAddress.of(path), backlog);
            } else if (mayConnect(permissions).containsAll(mayConnect(Files.getPosixFilePermissions(beside)))) {
                channel.bind(UnixDomainSocketAddress.of(path), backlog);
                permit(path, permissions);
            } else {
                Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rwx------"));
                Path socket = beside.resolve("s");
                try {
                    channel.bind(UnixDomainSocketAddress.of(socket), backlog);
                    Files.setPosixFilePermissions(socket, permissions);
                    SocketFile.link(path, socket);
                } finally {
                    Files.deleteIfExists(socket);
                }
            }
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private static void permit(Path socket, Set<PosixFilePermission> permissions) throws IOException {
        boolean done = false;
        try {
            Files.setPosixFilePermissions(socket, permissions);
            done = true;
        } finally {
            if (!done) {
                Files.deleteIfExists(socket);
            }
        }
    }

    /** A new directory, with the permissions that are usual there. */
    private static Path directoryBeside(Path path) throws IOException {
        while (true) {
            String name = ".w" + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36);
            try {
                return Files.createDirectory(path.resolveSibling(name));
            } catch (FileAlreadyExistsException e) {
                // Another name, then.
            }
        }
    }

    private static Set<PosixFilePermission> mayConnect(Set<PosixFilePermission> permissions) {
        Set<PosixFilePermission> writing =
                EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
        writing.retainAll(permissions);
        return writing;
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] highestFirst = PosixFilePermission.values();
        for (int i = 0; i < highestFirst.length; i++) {
            if ((mode & 0400 >> i) != 0) {
                permissions.add(highestFirst[i]);
            }
        }
        return permissions;
    }
}
