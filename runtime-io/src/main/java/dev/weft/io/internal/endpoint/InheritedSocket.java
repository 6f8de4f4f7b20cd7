package dev.weft.io.internal.endpoint;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket that the process was started with. The JDK can take over one, namely descriptor 0; another descriptor is as good as
 * that if it is the same socket, which {@code /proc} tells where there is one.
 */
public final class InheritedSocket {
    private static final int FIRST_OF_SYSTEMD = 3;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private InheritedSocket() {}

    /**
     * The socket at a descriptor.
     *
     * @throws IOException if it is none, or not one that the JDK can take over
     */
    public static ServerSocketChannel listening(int descriptor) throws IOException {
        if (descriptor != 0 && !isStandardInput(descriptor)) {
            throw new IOException("the JDK can take over an inherited socket as descriptor 0 only, not as " + descriptor
                    + ": start the program with standard input redirected from it, as in 'exec java ... 0<&"
                    + descriptor
                    + "' (systemd: StandardInput=socket)");
        }
        Channel inherited = System.inheritedChannel();
        if (!(inherited instanceof ServerSocketChannel channel)) {
            throw new IOException("descriptor " + descriptor + " is not a listening socket"
                    + (inherited == null ? "" : ", but " + inherited));
        }
        if (!channel.isOpen()) {
            throw new IOException("the inherited socket was closed already; there is no other");
        }
        return channel;
    }

    private static boolean isStandardInput(int descriptor) {
        String socket = target(descriptor);
        return socket != null && socket.startsWith("socket:") && socket.equals(target(0));
    }

    private static @Nullable String target(int descriptor) {
        try {
            return Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(descriptor)))
                    .toString();
        } catch (IOException | UnsupportedOperationException none) {
            return null;
        }
    }

    /**
     * The descriptor of a socket that systemd has passed.
     *
     * @param index which of them, counted from 0, if there is no name
     * @param name its {@code FileDescriptorName}; null to go by the index
     * @param environment the process's
     * @throws IOException if systemd has not passed it to this process
     */
    public static int ofSystemd(int index, @Nullable String name, Map<String, String> environment, long pid)
            throws IOException {
        String count = environment.get("LISTEN_FDS");
        if (count == null) {
            throw new IOException("systemd has passed no socket: LISTEN_FDS is not set");
        }
        if (!Long.toString(pid).equals(environment.get("LISTEN_PID"))) {
            throw new IOException("systemd has passed sockets, but to process " + environment.get("LISTEN_PID")
                    + " (LISTEN_PID), not to this one, which is " + pid);
        }
        int wanted = index;
        if (name != null) {
            List<String> names =
                    List.of(environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1));
            wanted = names.indexOf(name);
            if (wanted < 0) {
                throw new IOException("systemd has passed no socket with the name '" + name + "', but " + names);
            }
        }
        if (!count.matches("\\d{1,5}") || wanted >= Integer.parseInt(count)) {
            throw new IOException("systemd has passed " + count + " sockets: none has the index " + wanted);
        }
        return FIRST_OF_SYSTEMD + wanted;
    }

    /** Whether an address is of that kind: {@code INET}, {@code INET6} or {@code UNIX}. */
    public static boolean isOf(String domain, SocketAddress address) {
        return domain.equals("UNIX")
                ? address instanceof UnixDomainSocketAddress
                : address instanceof InetSocketAddress; // which of the two the JDK does not tell
    }
}
