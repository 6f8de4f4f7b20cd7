package dev.weft.io.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.ExceptionContext;
import dev.weft.Task;
import dev.weft.io.Net;
import dev.weft.io.ProcessOptions;
import dev.weft.io.Redirect;
import dev.weft.io.Server;
import dev.weft.io.StreamReader;
import dev.weft.io.StreamWriter;
import dev.weft.io.Streams;
import dev.weft.io.Subprocess;
import dev.weft.io.TlsEcho;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the first call fail, then the second, and so on until a scenario runs through without meeting the fault; each once for one call and
 * once for all calls from there on. After each run nothing may be left open, whatever failed was told as an IOException, and the loop serves a
 * fresh connection. A main program: {@link FaultyProvider} has to be the whole JVM's.
 *
 * <p>Arguments are the scenarios, all if there are none. Prints a line for each, and what was wrong.
 */
public final class FaultSweep {
    /** How the outcome begins where whoever made the call was told. */
    public static final String TOLD = "told: ";

    /** The outcome where nobody was told, and a time limit had to free who waited. */
    public static final String TIME_LIMIT = "freed by its time limit";

    private static final String HOST = "127.0.0.1";
    private static final int MOST_CALLS = 2_000;
    private static final ProcessOptions PIPES =
            ProcessOptions.DEFAULT.stdin(Redirect.PIPE).stdout(Redirect.PIPE).stderr(Redirect.PIPE);
    private static final byte[] ALL_DATA = new byte[64 * 1024];
    private static final byte[] LITTLE_DATA = new byte[1024];

    /** What goes there and back: little where each byte is a call of its own. */
    private static byte[] data = ALL_DATA;

    private final List<String> wrong = new ArrayList<>();
    private int runs;

    interface Scenario {
        void run() throws Exception;
    }

    enum Name {
        TCP_ECHO,
        TLS_ECHO,
        UNIX_ECHO,
        CONNECT,
        ACCEPT_FIVE,
        DATAGRAMS,
        COMMUNICATE
    }

    private FaultSweep() {}

    /** Sweeps. */
    public static void main(String[] arguments) throws Exception {
        new Random(1).nextBytes(ALL_DATA);
        new Random(2).nextBytes(LITTLE_DATA);
        List<Name> names = arguments.length == 0
                ? List.of(Name.values())
                : Arrays.stream(arguments).map(Name::valueOf).toList();
        int failures = 0;
        for (Name name : names) {
            var sweep = new FaultSweep();
            long began = System.nanoTime();
            for (Fault fault : Fault.values()) {
                sweep.sweep(name, fault, false);
                sweep.sweep(name, fault, true);
            }
            System.out.printf(
                    "%s: %d runs in %.1f s, %d wrong%n",
                    name, sweep.runs, (System.nanoTime() - began) / 1e9, sweep.wrong.size());
            sweep.wrong.stream().limit(20).forEach(System.out::println);
            failures += sweep.wrong.size();
        }
        System.out.println(failures == 0 ? "all is well" : failures + " wrong");
        System.exit(failures == 0 ? 0 : 1);
    }

    private void sweep(Name name, Fault fault, boolean lasting) {
        for (int n = 1; n <= MOST_CALLS; n++) {
            runs++;
            String where = name + ", " + fault + (lasting ? " from call " : " at call ") + n + ": ";
            boolean met;
            try {
                met = runOnce(name, fault, n, lasting, where);
            } catch (Throwable e) {
                Faults.end();
                wrong.add(where + "the loop ended with " + describe(e));
                met = true;
            }
            for (Channel left : Faults.open()) {
                wrong.add(where + "left open: " + left);
                Faults.closed(left);
            }
            if (!met || wrong.size() > 100) {
                return;
            }
        }
    }

    private boolean runOnce(Name name, Fault fault, int n, boolean lasting, String where) throws Exception {
        boolean[] met = {false};
        var reports = new ArrayList<ExceptionContext>();
        data = lasting && (fault == Fault.SHORT_READ || fault == Fault.SHORT_WRITE) ? LITTLE_DATA : ALL_DATA;
        // Where nothing gets on any more, a limit has to free those who wait.
        boolean stands = lasting && fault.letsNothingThrough();
        try (EventLoop loop = EventLoop.create()) {
            loop.setExceptionHandler((where1, report) -> reports.add(report));
            Task<?> main = loop.createTask(() -> {
                Faults.plan(fault, n, lasting);
                try {
                    Asyncio.waitFor(() -> scenario(name).run(), stands ? Asyncio.millis(50) : Asyncio.seconds(5));
                } catch (IOException expected) {
                    // told to its owner
                } catch (CancelledError e) {
                    throw e;
                } catch (TimeoutException e) {
                    if (!stands) {
                        wrong.add(where + "hung");
                    }
                } catch (Throwable e) {
                    wrong.add(where + describe(e));
                } finally {
                    met[0] = Faults.end();
                }
                for (int tick = 0; tick < 5; tick++) {
                    Asyncio.yieldNow();
                }
                Asyncio.waitFor(FaultSweep::echo, Asyncio.seconds(5)); // the loop still serves
                for (int tick = 0; tick < 5; tick++) {
                    Asyncio.yieldNow();
                }
                for (Task<?> left : Asyncio.allTasks()) {
                    if (left != Asyncio.currentTask()) {
                        wrong.add(where + "left over: " + left);
                    }
                }
            });
            try {
                loop.runUntilComplete(main);
            } catch (IllegalStateException e) {
                boolean expected = fault == Fault.SELECT_FAILS && lasting;
                if (!expected) {
                    throw e;
                }
                met[0] = Faults.end();
                // A loop that cannot wait ends its run; once it can again, its tasks can be ended in order.
                main.cancel();
                try {
                    loop.runUntilComplete(main);
                } catch (CancelledError cancelled) {
                    // as asked
                }
            }
        }
        for (ExceptionContext report : reports) {
            Object failure = report.get("exception");
            boolean endedLoop = fault == Fault.SELECT_FAILS && lasting;
            if (!(failure instanceof IOException) && !endedLoop) {
                wrong.add(where + "reported: " + report.message() + ", " + failure);
            }
        }
        return met[0];
    }

    /** What becomes of one run, and of a fresh connection on the same loop, where others see to it that calls fail. */
    static String outcome(Name name) throws Exception {
        String[] told = {"done"};
        try (EventLoop loop = EventLoop.create()) {
            loop.setExceptionHandler((_, report) -> {
                if (!(report.get("exception") instanceof IOException)) {
                    told[0] = "reported: " + report.message() + ", " + report.get("exception");
                }
            });
            loop.runUntilComplete(() -> {
                try {
                    Asyncio.waitFor(() -> scenario(name).run(), Asyncio.seconds(10));
                } catch (IOException e) {
                    told[0] = TOLD + e.getMessage();
                } catch (TimeoutException e) {
                    told[0] = TIME_LIMIT;
                }
                Asyncio.waitFor(FaultSweep::echo, Asyncio.seconds(5));
            });
        } catch (IllegalStateException e) {
            if (!String.valueOf(e.getMessage()).startsWith("no selector could be opened")) {
                throw e;
            }
            told[0] = TOLD + e.getMessage(); // by a loop that could not begin
        }
        return told[0];
    }

    private static Scenario scenario(Name name) {
        return switch (name) {
            case TCP_ECHO -> FaultSweep::echo;
            case TLS_ECHO -> () -> TlsEcho.run(data);
            case UNIX_ECHO -> FaultSweep::unixEcho;
            case CONNECT -> FaultSweep::connectToTheThird;
            case ACCEPT_FIVE -> FaultSweep::acceptFive;
            case DATAGRAMS -> FaultSweep::datagrams;
            case COMMUNICATE -> FaultSweep::communicate;
        };
    }

    // ---- the scenarios

    private static void echo() throws IOException {
        try (var serving = Net.startServer(FaultSweep::serve, HOST, 0).serving()) {
            try {
                exchange(Net.openConnection(HOST, serving.server().port()));
            } finally {
                serving.server().abortClients();
            }
        }
    }

    private static void unixEcho() throws IOException {
        Path folder = Files.createTempDirectory("weft");
        Path path = folder.resolve("s");
        try (var serving = Net.startUnixServer(FaultSweep::serve, path).serving()) {
            try {
                exchange(Net.openUnixConnection(path));
            } finally {
                serving.server().abortClients();
            }
        } finally {
            Files.deleteIfExists(path);
            Files.delete(folder);
        }
    }

    private static void serve(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            for (byte[] data = reader.read(16_384); data.length > 0; data = reader.read(16_384)) {
                writer.write(data);
                writer.drain();
            }
        }
    }

    private static void exchange(Streams streams) throws IOException {
        try (streams) {
            Task<byte[]> reading = Asyncio.createTask(() -> streams.reader().readAll());
            try {
                streams.writer().write(data);
                streams.writer().drain();
                streams.writer().writeEof();
                byte[] received = reading.await(IOException.class);
                if (!Arrays.equals(data, received)) {
                    throw new IOException("cut short: " + received.length); // the peer's side has failed
                }
            } finally {
                reading.cancel();
                streams.writer().transport().abort();
            }
        }
    }

    private static void connectToTheThird() throws IOException {
        try (var serving = Net.startServer(FaultSweep::serve, HOST, 0).serving()) {
            IOException last = null;
            Streams connected = null;
            try {
                for (int port : new int[] {1, 2, serving.server().port()}) {
                    try {
                        connected = Net.openConnection(HOST, port);
                    } catch (IOException e) {
                        last = e;
                    }
                }
                if (connected == null) {
                    throw last == null ? new IOException("none") : last;
                }
                connected.writer().transport().abort();
            } finally {
                serving.server().abortClients();
            }
        }
    }

    private static void acceptFive() throws IOException {
        Server server = Net.startServer((reader, writer) -> writer.close(), HOST, 0);
        try (var _ = server.serving()) {
            try {
                for (int i = 0; i < 5; i++) {
                    try (var client = Net.openConnection(HOST, server.port())) {
                        // Where a listener pauses for a second, the connection waits in the queue.
                        Asyncio.timeoutOrEmpty(
                                Asyncio.millis(20), () -> client.reader().read(1));
                        client.writer().transport().abort();
                    }
                }
            } finally {
                server.abortClients();
            }
        }
    }

    private static void datagrams() throws IOException {
        var any = new InetSocketAddress(InetAddress.ofLiteral(HOST), 0);
        try (var one = Net.openDatagram(any, null);
                var two = Net.openDatagram(null, one.localAddress())) {
            try {
                for (int i = 0; i < 3; i++) {
                    two.send(ByteBuffer.wrap("ping".getBytes(UTF_8)));
                    // A datagram may be lost.
                    Asyncio.timeoutOrEmpty(Asyncio.millis(10), one::receive);
                }
            } finally {
                one.transport().abort(); // a close would wait for room
                two.transport().abort();
            }
        }
    }

    private static void communicate() throws IOException {
        try (var child = Subprocess.exec(PIPES, List.of("/bin/cat"))) {
            child.communicate(data);
        }
    }

    private static String describe(@Nullable Throwable e) {
        var text = new StringBuilder(String.valueOf(e));
        if (e != null) {
            for (int i = 0; i < Math.min(4, e.getStackTrace().length); i++) {
                text.append(" < ").append(e.getStackTrace()[i]);
            }
        }
        return text.toString();
    }
}
