package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.Action;
import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.Task;
import dev.weft.TimerHandle;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.event.Level;

/** Servers, clients and what lies between them, for tests of TLS; and the check that nothing is left of them. */
final class TlsFixture {
    static final String HOST = "127.0.0.1";

    private TlsFixture() {}

    /** A loop that knows its timers. */
    static final class WatchedLoop extends EventLoop {
        private final List<TimerHandle> timers = new ArrayList<>();

        WatchedLoop() {
            super(EventLoop.builder().name("watched"));
        }

        @Override
        public TimerHandle callLater(Duration delay, Action callback) {
            TimerHandle timer = super.callLater(delay, callback);
            timers.add(timer);
            return timer;
        }

        long timersLeft() {
            return timers.stream()
                    .filter(timer -> timer.active() && timer.when() > time())
                    .count();
        }
    }

    @FunctionalInterface
    interface Program {
        @Suspends
        void run() throws Exception;
    }

    /** Runs a program on a loop of its own, and fails if a timer or a connection is left of it. */
    static void run(Program program) throws Exception {
        try (var log = new LogCapture()) {
            try (var loop = new WatchedLoop()) {
                loop.runUntilComplete(() -> {
                    program.run();
                    // Whoever was closed just now is told in the next iterations.
                    for (int i = 0; i < 5; i++) {
                        Asyncio.yieldNow();
                    }
                });
                assertEquals(0, loop.timersLeft(), "timers left");
            }
            assertEquals(List.of(), log.messages(Level.WARN), "warnings");
        }
    }

    @FunctionalInterface
    interface WithPort {
        @Suspends
        void run(int port) throws Exception;
    }

    /** With a server; at the end its connections are aborted. */
    @Suspends
    static void served(StreamHandler handler, ServerOptions options, WithPort program) throws Exception {
        var handling = new ArrayList<Task<?>>();
        Server server = Net.startServer(
                (reader, writer) -> {
                    handling.add(Asyncio.currentTask());
                    handler.handle(reader, writer);
                },
                HOST,
                0,
                options);
        try {
            program.run(server.port());
        } finally {
            server.close();
            server.abortClients();
            server.waitClosed();
            handling.forEach(Task::cancel);
            Asyncio.gatherSettled(handling.toArray(Task<?>[]::new)).await();
        }
    }

    @Suspends
    static void servedWithTls(StreamHandler handler, WithPort program) throws Exception {
        served(handler, ServerOptions.DEFAULT.tls(TestCa.server()), program);
    }

    @Suspends
    static Streams connect(int port) throws IOException {
        return connect(port, TestCa.client());
    }

    @Suspends
    static Streams connect(int port, TlsOptions tls) throws IOException {
        return Net.openConnection("localhost", port, ConnectOptions.DEFAULT.tls(tls));
    }

    @Suspends
    static void echo(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            for (byte[] data = reader.read(64 * 1024); data.length > 0; data = reader.read(64 * 1024)) {
                writer.write(data);
                writer.drain();
            }
        }
    }

    /** How bytes are passed on in one direction. */
    @FunctionalInterface
    interface Passing {
        @Suspends
        void pass(StreamReader from, StreamWriter to) throws Exception;

        /** Everything, as it comes, and the end too. */
        Passing ALL = (from, to) -> {
            for (byte[] data = from.read(64 * 1024); data.length > 0; data = from.read(64 * 1024)) {
                to.write(data);
                to.drain();
            }
            to.writeEof();
        };

        /** Each byte by itself. */
        Passing BY_BYTES = (from, to) -> {
            for (byte[] data = from.read(1); data.length > 0; data = from.read(1)) {
                to.write(data);
                Asyncio.yieldNow();
            }
            to.writeEof();
        };

        /** So many records, then the end, with nothing said. */
        static Passing records(int count, Program then) {
            return (from, to) -> {
                for (int i = 0; i < count; i++) {
                    to.write(record(from));
                }
                to.drain();
                then.run();
                to.writeEof();
            };
        }
    }

    /** One TLS record, encrypted as it is. */
    @Suspends
    static byte[] record(StreamReader from) throws IOException {
        byte[] header = from.readExactly(5);
        byte[] body = from.readExactly(((header[3] & 0xFF) << 8) | (header[4] & 0xFF));
        var whole = java.util.Arrays.copyOf(header, header.length + body.length);
        System.arraycopy(body, 0, whole, header.length, body.length);
        return whole;
    }

    /** With somebody between the clients and the server. */
    @Suspends
    static void between(int port, Passing toServer, Passing toClient, WithPort program) throws Exception {
        served(
                (reader, writer) -> {
                    try (writer;
                            var onward = Net.openConnection(HOST, port)) {
                        Asyncio.taskGroup(group -> {
                            group.createTask(() -> passing(toServer, reader, onward.writer()));
                            group.createTask(() -> passing(toClient, onward.reader(), writer));
                        });
                    }
                },
                ServerOptions.DEFAULT,
                program);
    }

    @Suspends
    private static void passing(Passing passing, StreamReader from, StreamWriter to) throws Exception {
        try {
            passing.pass(from, to);
        } catch (IOException goneAlready) {
            to.transport().abort(); // as the peer has done, so does the one in between
        }
    }

    /** Ends a connection the hard way. */
    static void reset(StreamWriter writer) throws IOException {
        writer.getExtraInfo(ExtraInfo.SOCKET).setOption(StandardSocketOptions.SO_LINGER, 0);
        writer.transport().abort();
    }
}
