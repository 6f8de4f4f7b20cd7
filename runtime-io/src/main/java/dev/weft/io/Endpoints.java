package dev.weft.io;

import dev.weft.AddressFamily;
import dev.weft.io.internal.endpoint.EndpointString;
import dev.weft.io.internal.endpoint.EndpointString.Arguments;
import dev.weft.io.internal.endpoint.InheritedSocket;
import dev.weft.io.internal.endpoint.TlsFiles;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Places to connect to and to listen at, out of descriptions such as a program gets in its configuration. Mirrors Twisted's
 * {@code serverFromString} and {@code clientFromString}.
 *
 * <p>A description is a type and its arguments, separated by colons. Arguments have names, as in {@code port=80}; the first ones may go
 * without, in the order given here. A backslash before a colon, an equals sign or a backslash makes an ordinary character of it.
 *
 * <table>
 * <caption>Servers</caption>
 * <tr><th>type</th><th>arguments</th></tr>
 * <tr><td>{@code tcp}</td><td>{@code port}, {@code interface} (an address or name of this machine; all of them if not given),
 *     {@code backlog}</td></tr>
 * <tr><td>{@code tcp6}</td><td>the same, IPv6 only</td></tr>
 * <tr><td>{@code ssl}, {@code tls}</td><td>{@code port}, {@code privateKey}, {@code certKey} (the certificate and those it is signed by;
 *     the file of the key if not given), {@code interface}, {@code backlog}, {@code extraCertChain}: PEM files, the key in the form PKCS#8</td></tr>
 * <tr><td>{@code unix}</td><td>{@code address} (a path), {@code mode} (as {@code chmod} takes it, 600 if not given), {@code backlog}</td></tr>
 * <tr><td>{@code fd}</td><td>{@code number}: a listening socket that the process was started with. The JDK can take over descriptor 0, or
 *     one that is the same socket as descriptor 0; when it is closed, the JDK connects standard output and error to nothing</td></tr>
 * <tr><td>{@code systemd}</td><td>{@code domain} (INET, INET6, UNIX), {@code index} or {@code name}: one of the sockets that systemd passes, with the
 *     same restriction: the unit needs {@code StandardInput=socket}</td></tr>
 * <tr><td>{@code stdio}</td><td>none: the one connection is standard input and output</td></tr>
 * </table>
 *
 * <table>
 * <caption>Clients</caption>
 * <tr><th>type</th><th>arguments</th></tr>
 * <tr><td>{@code tcp}</td><td>{@code host}, {@code port}, {@code timeout} (seconds, 30 if not given), {@code bindAddress}</td></tr>
 * <tr><td>{@code tcp6}</td><td>the same, IPv6 only</td></tr>
 * <tr><td>{@code tls}, {@code ssl}</td><td>the same, then {@code privateKey} and {@code certKey} to show a certificate, {@code trustRoots}
 *     (a PEM file, or a folder of {@code .pem} files) to trust others than the JDK does</td></tr>
 * <tr><td>{@code unix}</td><td>{@code path}, {@code timeout}</td></tr>
 * </table>
 */
public final class Endpoints {
    private static final String SERVERS = "tcp, tcp6, ssl, tls, unix, fd, systemd, stdio";
    private static final String CLIENTS = "tcp, tcp6, tls, ssl, unix";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private Endpoints() {}

    /**
     * Where to listen. Looks at the description only: what it names need not exist before {@link ServerEndpoint#listen listen}.
     *
     * @param description such as {@code tcp:8080:interface=127.0.0.1}
     * @return the endpoint
     * @throws IllegalArgumentException naming the part of the description that is wrong
     */
    public static ServerEndpoint server(String description) {
        var parts = EndpointString.parse(description);
        return switch (parts.type()) {
            case "tcp" -> tcpServer(parts, null);
            case "tcp6" -> tcpServer(parts, AddressFamily.INET6);
            case "ssl", "tls" -> tlsServer(parts);
            case "unix" -> unixServer(parts);
            case "fd" -> {
                int number = descriptor(parts);
                yield new InheritedEndpoint(description, () -> number, null);
            }
            case "systemd" -> systemd(parts);
            case "stdio" -> {
                parts.arguments();
                yield new StdioEndpoint(description);
            }
            default -> throw parts.bad("'" + parts.type() + "' is no type of server; there are " + SERVERS);
        };
    }

    private static TcpServerEndpoint tcpServer(EndpointString parts, @Nullable AddressFamily family) {
        return tcpServer(parts.arguments("port", "interface", "backlog"), family);
    }

    private static ServerEndpoint tlsServer(EndpointString parts) {
        Arguments arguments =
                parts.arguments("port", "privateKey", "certKey", "interface", "backlog", "extraCertChain");
        Path key = arguments.path("privateKey");
        var files = new TlsFiles(
                parts.text(),
                key,
                arguments.find("certKey").isPresent() ? arguments.path("certKey") : key,
                arguments.find("extraCertChain").isPresent() ? arguments.path("extraCertChain") : null,
                null);
        return new TlsServerEndpoint(tcpServer(arguments, null), files);
    }

    private static TcpServerEndpoint tcpServer(Arguments arguments, @Nullable AddressFamily family) {
        int backlog = arguments.number("backlog", 0, 1, Integer.MAX_VALUE);
        return new TcpServerEndpoint(
                arguments.of().text(),
                arguments.find("interface").orElse(null),
                arguments.port("port"),
                family,
                backlog == 0 ? OptionalInt.empty() : OptionalInt.of(backlog));
    }

    private static ServerEndpoint unixServer(EndpointString parts) {
        Arguments arguments = parts.arguments("address", "mode", "backlog");
        int mode = arguments.number("mode", -1, 0, 0777, 8);
        int backlog = arguments.number("backlog", 0, 1, Integer.MAX_VALUE);
        return new UnixServerEndpoint(
                parts.text(),
                arguments.path("address"),
                mode < 0 ? OptionalInt.empty() : OptionalInt.of(mode),
                backlog == 0 ? OptionalInt.empty() : OptionalInt.of(backlog));
    }

    private static int descriptor(EndpointString parts) {
        Arguments arguments = parts.arguments("number");
        arguments.get("number");
        return arguments.number("number", 0, 0, Integer.MAX_VALUE);
    }

    private static ServerEndpoint systemd(EndpointString parts) {
        Arguments arguments = parts.arguments("domain", "index", "name");
        String domain = arguments.get("domain");
        if (!domain.equals("INET") && !domain.equals("INET6") && !domain.equals("UNIX")) {
            throw arguments.bad("domain", "INET, INET6 or UNIX");
        }
        String name = arguments.find("name").orElse(null);
        if ((name == null) == arguments.find("index").isEmpty()) {
            throw parts.bad("it has either an index or a name");
        }
        int index = arguments.number("index", 0, 0, Integer.MAX_VALUE);
        return new InheritedEndpoint(
                parts.text(),
                () -> InheritedSocket.ofSystemd(
                        index, name, System.getenv(), ProcessHandle.current().pid()),
                domain);
    }

    /**
     * Where to connect to. Looks at the description only.
     *
     * @param description such as {@code tcp:host=example.org:port=80:timeout=15}
     * @return the endpoint
     * @throws IllegalArgumentException naming the part of the description that is wrong
     */
    public static ClientEndpoint client(String description) {
        var parts = EndpointString.parse(description);
        return switch (parts.type()) {
            case "tcp" -> tcpClient(parts, ConnectOptions.DEFAULT);
            case "tcp6" -> tcpClient(parts, ConnectOptions.DEFAULT.family(AddressFamily.INET6));
            case "tls", "ssl" -> tlsClient(parts);
            case "unix" -> unixClient(parts);
            default -> throw parts.bad("'" + parts.type() + "' is no type of client; there are " + CLIENTS);
        };
    }

    private static TcpClientEndpoint tcpClient(EndpointString parts, ConnectOptions options) {
        return tcpClient(parts.arguments("host", "port", "timeout", "bindAddress"), options);
    }

    private static ClientEndpoint tlsClient(EndpointString parts) {
        Arguments arguments =
                parts.arguments("host", "port", "timeout", "bindAddress", "privateKey", "certKey", "trustRoots");
        boolean key = arguments.find("privateKey").isPresent();
        if (!key && arguments.find("certKey").isPresent()) {
            throw parts.bad("certKey needs the argument 'privateKey'");
        }
        Path keyFile = key ? arguments.path("privateKey") : null;
        var files = new TlsFiles(
                parts.text(),
                keyFile,
                arguments.find("certKey").isPresent() ? arguments.path("certKey") : keyFile,
                null,
                arguments.find("trustRoots").isPresent() ? arguments.path("trustRoots") : null);
        return new TlsClientEndpoint(tcpClient(arguments, ConnectOptions.DEFAULT), files);
    }

    private static TcpClientEndpoint tcpClient(Arguments arguments, ConnectOptions options) {
        return new TcpClientEndpoint(
                arguments.of().text(),
                arguments.get("host"),
                clientPort(arguments),
                arguments.seconds("timeout", TIMEOUT),
                bound(arguments, options));
    }

    private static ClientEndpoint unixClient(EndpointString parts) {
        Arguments arguments = parts.arguments("path", "timeout");
        return new UnixClientEndpoint(parts.text(), arguments.path("path"), arguments.seconds("timeout", TIMEOUT));
    }

    private static int clientPort(Arguments arguments) {
        int port = arguments.port("port");
        if (port == 0) {
            throw arguments.bad("port", "a number from 1 to 65535");
        }
        return port;
    }

    private static ConnectOptions bound(Arguments arguments, ConnectOptions options) {
        // Unresolved: that is the connection's business, off the loop.
        return arguments
                .find("bindAddress")
                .map(address -> options.localAddress(InetSocketAddress.createUnresolved(address, 0)))
                .orElse(options);
    }
}
