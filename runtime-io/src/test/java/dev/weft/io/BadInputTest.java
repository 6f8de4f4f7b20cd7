package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.AddressFamily;
import dev.weft.Asyncio;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that callers and peers can get wrong, and the exception it ends in. */
final class BadInputTest {
    private static final String HOST = "127.0.0.1";
    private static final StreamHandler IGNORE = (reader, writer) -> writer.close();

    /** What goes wrong, in a task. */
    @FunctionalInterface
    interface Mistake {
        @Suspends
        void make() throws Exception;
    }

    /**
     * A mistake and its end.
     *
     * @param contains what the message says
     */
    record Case(String name, Class<? extends Throwable> failure, List<String> contains, Mistake mistake) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case misuse(String name, Mistake mistake, String... contains) {
        return new Case(name, IllegalArgumentException.class, List.of(contains), mistake);
    }

    private static Case failure(String name, Class<? extends IOException> type, Mistake mistake, String... contains) {
        return new Case(name, type, List.of(contains), mistake);
    }

    static Stream<Case> cases() {
        return Stream.of(arguments(), options(), addresses(), reads(), connections())
                .flatMap(stream -> stream);
    }

    private static Stream<Case> arguments() {
        String longName = "a".repeat(300);
        return Stream.of(
                misuse("connect to port -1", () -> Net.openConnection(HOST, -1), "-1", "65535"),
                misuse("connect to port 65536", () -> Net.openConnection(HOST, 65536), "65536"),
                misuse("connect to no host", () -> Net.openConnection(null, 80), "host"),
                misuse("connect to an empty host", () -> Net.openConnection("", 80), "host"),
                misuse("connect to a long name", () -> Net.openConnection(longName, 80), "300", "253"),
                misuse("connect to a name with a space", () -> Net.openConnection("a b", 80), "a b"),
                misuse("connect to a name with a newline", () -> Net.openConnection("a\nb", 80), "a\\x0ab"),
                misuse("connect to a name with NUL", () -> Net.openConnection("127.0.0.1\0", 80), "\\x00"),
                misuse("connect to no IDN", () -> Net.openConnection("\u00fc".repeat(70), 80), "no host's name"),
                misuse(
                        "connect an unconnected channel",
                        () -> {
                            try (var channel = SocketChannel.open()) {
                                Net.createConnection(RecordingProtocol::new, channel, ConnectOptions.DEFAULT);
                            }
                        },
                        "not a connected channel"),
                misuse(
                        "connect no channel",
                        () -> Net.createConnection(RecordingProtocol::new, null, ConnectOptions.DEFAULT),
                        "channel"),
                misuse("serve at port -1", () -> Net.startServer(IGNORE, HOST, -1), "-1"),
                misuse("serve at port 65536", () -> Net.startServer(IGNORE, HOST, 65536), "65536"),
                misuse("serve everywhere at port -1", () -> Net.startServer(IGNORE, null, -1), "-1", "65535"),
                misuse("serve everywhere at port 65536", () -> Net.startServer(IGNORE, "", 65536), "65536"),
                misuse("serve at a long name", () -> Net.startServer(IGNORE, longName, 0), "300"),
                misuse(
                        "serve an unbound channel",
                        () -> {
                            try (var channel = ServerSocketChannel.open()) {
                                Net.createServer(RecordingProtocol::new, channel, ServerOptions.DEFAULT);
                            }
                        },
                        "not a bound channel"),
                new Case(
                        "serve with no handler",
                        NullPointerException.class,
                        List.of("handler"),
                        () -> Net.startServer(null, HOST, 0)),
                new Case(
                        "serve with no protocols",
                        NullPointerException.class,
                        List.of("protocols"),
                        () -> Net.createServer(null, HOST, 0)));
    }

    private static Stream<Case> options() {
        var connect = ConnectOptions.DEFAULT;
        var serve = ServerOptions.DEFAULT;
        return Stream.of(
                misuse("limit 0 to connect", () -> connect.limit(0), "got 0"),
                misuse("limit -1 to serve", () -> serve.limit(-1), "got -1"),
                misuse("reader with limit -5", () -> new StreamReader(-5, Asyncio.getRunningLoop()), "got -5"),
                misuse("backlog 0", () -> serve.backlog(0), "got 0"),
                misuse("backlog -1", () -> serve.backlog(-1), "got -1"),
                misuse("interleave -1", () -> connect.interleave(-1), "got -1"),
                misuse("negative delay", () -> connect.happyEyeballsDelay(Duration.ofMillis(-1)), "PT-0.001S"),
                misuse("low above high", () -> new BufferLimits(10, 5), "10", "5"),
                misuse("negative low", () -> new BufferLimits(-1, 5), "-1"),
                misuse("readExactly -1", () -> new StreamReader().readExactly(-1), "got -1"),
                misuse("empty separator", () -> new StreamReader().readUntil(new byte[0]), "at least one byte"),
                misuse("no separator", () -> new StreamReader().readUntil(List.of()), "at least one separator"),
                misuse("readUntil, max 0", () -> new StreamReader().readUntil(new byte[1], 0), "got 0"),
                misuse("pattern, max -1", () -> new StreamReader().readUntil(Pattern.compile("a"), -1), "got -1"),
                misuse(
                        "water marks of a transport",
                        () -> connectedTo(
                                IGNORE, streams -> streams.writer().transport().setWriteBufferLimits(1, 2)),
                        "high=1",
                        "low=2"),
                misuse(
                        "negative water mark",
                        () -> connectedTo(
                                IGNORE, streams -> streams.writer().transport().setWriteBufferLimits(-1)),
                        "-1"));
    }

    private static Stream<Case> addresses() {
        return Stream.of(
                failure(
                        "unresolvable host",
                        UnknownHostException.class,
                        () -> Net.openConnection("no-such-host.invalid", 80),
                        "no-such-host.invalid"),
                failure(
                        "unresolvable host to serve at",
                        UnknownHostException.class,
                        () -> Net.startServer(IGNORE, "no-such-host.invalid", 0),
                        "no-such-host.invalid"),
                failure(
                        "malformed IPv6 address",
                        UnknownHostException.class,
                        () -> Net.openConnection("1::2::3", 80),
                        "1::2::3"),
                failure(
                        "family without an address",
                        UnknownHostException.class,
                        () -> Net.openConnection(HOST, 80, ConnectOptions.DEFAULT.family(AddressFamily.INET6)),
                        HOST,
                        "INET6"),
                failure(
                        "refused port",
                        ConnectException.class,
                        () -> {
                            Net.openConnection(HOST, closedPort());
                        },
                        HOST,
                        "refused"),
                failure(
                        "address in use",
                        BindException.class,
                        () -> {
                            try (var serving = Net.startServer(IGNORE, HOST, 0).serving()) {
                                Net.startServer(IGNORE, HOST, serving.server().port());
                            }
                        },
                        HOST,
                        "in use"),
                failure(
                        "address of another machine",
                        BindException.class,
                        () -> Net.startServer(IGNORE, "192.0.2.1", 0),
                        "192.0.2.1"),
                failure(
                        "local address of another machine",
                        IOException.class,
                        () -> {
                            try (var serving = Net.startServer(IGNORE, HOST, 0).serving()) {
                                Net.openConnection(
                                        HOST,
                                        serving.server().port(),
                                        ConnectOptions.DEFAULT.localAddress(
                                                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 0)));
                            }
                        },
                        "192.0.2.1"));
    }

    private static Stream<Case> reads() {
        return Stream.of(
                failure(
                        "endless line",
                        LimitOverrunException.class,
                        () -> answered("a".repeat(200), reader -> reader.readLine()),
                        "100"),
                failure(
                        "long line with its end",
                        LimitOverrunException.class,
                        () -> answered("a".repeat(150) + "\n", reader -> reader.readLine()),
                        "100"),
                failure(
                        "separator too far away",
                        LimitOverrunException.class,
                        () -> answered("a".repeat(150) + ";", reader -> reader.readUntil(new byte[] {';'})),
                        "100"),
                failure(
                        "separator beyond the caller's limit",
                        LimitOverrunException.class,
                        () -> answered("abcdef;", reader -> reader.readUntil(new byte[] {';'}, 3)),
                        "3"),
                failure(
                        "match beyond the caller's limit",
                        LimitOverrunException.class,
                        () -> answered("abcdef;", reader -> reader.readUntil(Pattern.compile(";"), 3)),
                        "3"),
                failure(
                        "end in readExactly",
                        IncompleteReadException.class,
                        () -> answered("abc", reader -> reader.readExactly(5)),
                        "3",
                        "5"),
                failure(
                        "end at once in readExactly",
                        IncompleteReadException.class,
                        () -> answered("", reader -> reader.readExactly(1)),
                        "0",
                        "1"),
                failure(
                        "end in readUntil",
                        IncompleteReadException.class,
                        () -> answered("abc", reader -> reader.readUntil(new byte[] {';'})),
                        "3"),
                failure(
                        "end in readUntil with a pattern",
                        IncompleteReadException.class,
                        () -> answered("abc", reader -> reader.readUntil(Pattern.compile(";"), 10)),
                        "3"));
    }

    private static Stream<Case> connections() {
        return Stream.of(
                failure(
                        "peer gone while reading",
                        ConnectionResetException.class,
                        () -> connectedTo(
                                BadInputTest::reset, streams -> streams.reader().readAll()),
                        HOST,
                        "reset"),
                failure(
                        "peer gone while writing",
                        IOException.class,
                        () -> {
                            connectedTo(BadInputTest::reset, streams -> {
                                while (true) {
                                    streams.writer().write(new byte[100_000]);
                                    streams.writer().drain();
                                }
                            });
                        },
                        HOST),
                failure(
                        "peer gone while waiting for the end",
                        ConnectionResetException.class,
                        () -> connectedTo(
                                BadInputTest::reset, streams -> streams.writer().waitClosed()),
                        HOST),
                new Case(
                        "write after writeEof",
                        IllegalStateException.class,
                        List.of("after writeEof", HOST),
                        () -> connectedTo(IGNORE, streams -> {
                            streams.writer().writeEof();
                            streams.writer().write(new byte[1]);
                        })),
                failure(
                        "drain after close",
                        ConnectionResetException.class,
                        () -> connectedTo(IGNORE, streams -> {
                            streams.writer().close();
                            streams.writer().waitClosed();
                            streams.writer().drain();
                        }),
                        "lost",
                        HOST),
                new Case(
                        "file over a closing connection",
                        IllegalStateException.class,
                        List.of("closing", HOST),
                        () -> connectedTo(IGNORE, streams -> {
                            streams.writer().close();
                            streams.writer()
                                    .transferFrom(java.nio.channels.Channels.newChannel(
                                            new java.io.ByteArrayInputStream(new byte[1])));
                        })),
                new Case("start a closed server", IllegalStateException.class, List.of("server closed"), () -> {
                    Server server = Net.startServer(IGNORE, HOST, 0);
                    server.close();
                    server.startServing();
                }));
    }

    private static int closedPort() throws IOException {
        try (var channel = ServerSocketChannel.open()) {
            channel.bind(new InetSocketAddress(InetAddress.ofLiteral(HOST), 0));
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        }
    }

    /** A handler that breaks the connection instead of ending it. */
    @Suspends
    private static void reset(StreamReader reader, StreamWriter writer) throws IOException {
        writer.getExtraInfo(ExtraInfo.SOCKET).setOption(java.net.StandardSocketOptions.SO_LINGER, 0);
        writer.transport().abort();
    }

    @FunctionalInterface
    private interface Client {
        @Suspends
        void use(Streams streams) throws Exception;
    }

    @FunctionalInterface
    private interface Read {
        @Suspends
        Object from(StreamReader reader) throws IOException;
    }

    @Suspends
    private static void connectedTo(StreamHandler handler, Client client) throws Exception {
        try (var serving = Net.startServer(handler, HOST, 0).serving()) {
            Streams streams = Net.openConnection(HOST, serving.server().port(), ConnectOptions.DEFAULT.limit(100));
            try {
                client.use(streams);
            } finally {
                streams.writer().transport().abort();
            }
        }
    }

    /** Reads what a server sends before it closes. */
    @Suspends
    private static void answered(String answer, Read read) throws Exception {
        connectedTo(
                (reader, writer) -> {
                    try (writer) {
                        writer.write(answer.getBytes(UTF_8));
                    }
                },
                streams -> read.from(streams.reader()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void badInput_ofEachKind_endsInAClearException(Case bad) throws Exception {
        try (var log = new LogCapture()) {
            Asyncio.run(() -> {
                Throwable thrown = null;
                try {
                    bad.mistake().make();
                } catch (Throwable e) {
                    thrown = e;
                }
                Throwable seen = thrown;
                assertTrue(bad.failure().isInstance(seen), () -> "expected " + bad.failure() + ", got " + seen);
                String message = String.valueOf(seen.getMessage());
                for (String part : bad.contains()) {
                    assertTrue(message.contains(part), () -> "'" + part + "' is missing in: " + message);
                }
                assertTrue(message.length() < 1000 && message.indexOf('\n') < 0, message);
            });
            // Nothing is left open, or told to anybody else.
            assertEquals(List.of(), log.messages(org.slf4j.event.Level.WARN), bad::name);
            assertEquals(List.of(), log.messages(org.slf4j.event.Level.ERROR), bad::name);
        }
    }
}
