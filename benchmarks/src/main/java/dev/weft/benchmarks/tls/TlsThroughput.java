package dev.weft.benchmarks.tls;

import com.sun.management.OperatingSystemMXBean;
import dev.weft.benchmarks.peer.TestIdentity;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * TLS servers by throughput, each with the same client, a blocking {@link SSLSocket}: echoes of 1 KiB and 16 KiB, one at a time and sixteen
 * on their way, and transfers in each direction. The servers take turns, so that what else happens on the machine hits them alike; the
 * figures are the median of the rounds, the least and the most, how that compares with the blocking socket, and the same for the processor
 * time, which says more where the machine has other things to do.
 *
 * <p>Arguments: how many rounds (default 5), milliseconds for each echo figure (default 1500), MiB for each transfer (default 1024).
 *
 * <pre>java --add-opens java.base/java.lang=ALL-UNNAMED -cp benchmarks/target/benchmarks.jar dev.weft.benchmarks.tls.TlsThroughput</pre>
 */
public final class TlsThroughput {
    private static final int WARM_UP_ROUNDS = 2;
    private static final int KIB = 1024;
    private static final double MIB = 1024.0 * 1024.0;
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private TlsThroughput() {}

    private record Figure(String name, String unit, Measurement measurement) {}

    private interface Measurement {
        /** How many units it did. */
        double of(SSLSocket client) throws IOException;
    }

    /**
     * One measurement.
     *
     * @param rate units a second
     * @param cpuMicros processor time for each unit, of server and client together
     */
    private record Result(double rate, double cpuMicros) {}

    /**
     * Measures and prints.
     *
     * @param arguments see the class
     */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        long millis = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1_500;
        long bytes = (arguments.length > 2 ? Long.parseLong(arguments[2]) : 1_024) * KIB * KIB;
        Path folder = Files.createTempDirectory("weft-benchmark");
        SSLContext context;
        try {
            TestIdentity.create(folder);
            context = TestIdentity.context(folder, null);
        } finally {
            TestIdentity.delete(folder);
        }
        var figures = List.of(
                new Figure("echo 1 KiB", "echoes/s", client -> echoes(client, KIB, 1, millis)),
                new Figure("echo 1 KiB, 16 on their way", "echoes/s", client -> echoes(client, KIB, 16, millis)),
                new Figure("echo 16 KiB", "echoes/s", client -> echoes(client, 16 * KIB, 1, millis)),
                new Figure("echo 16 KiB, 16 on their way", "echoes/s", client -> echoes(client, 16 * KIB, 16, millis)),
                new Figure("server sends", "MiB/s", client -> receive(client, bytes)),
                new Figure("server receives", "MiB/s", client -> send(client, bytes)));
        var weft = new WeftSide(context);
        var tlsChannel = new TlsChannelSide(context);
        weft.start();
        tlsChannel.start();
        try (Side blocking = new BlockingSide(context);
                weft;
                tlsChannel) {
            List<Side> sides = List.of(blocking, weft, tlsChannel);
            for (Figure figure : figures) {
                print(figure, measure(context, sides, figure, rounds));
            }
        }
    }

    private static Map<String, List<Result>> measure(SSLContext context, List<Side> sides, Figure figure, int rounds)
            throws IOException {
        Map<String, List<Result>> results = new LinkedHashMap<>();
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            for (Side side : sides) {
                try (var client = (SSLSocket) context.getSocketFactory().createSocket("localhost", side.port())) {
                    client.setTcpNoDelay(true);
                    client.startHandshake();
                    long cpu = PROCESS.getProcessCpuTime();
                    long begin = System.nanoTime();
                    double units = figure.measurement().of(client);
                    var result = new Result(
                            units * 1e9 / (System.nanoTime() - begin),
                            (PROCESS.getProcessCpuTime() - cpu) / 1e3 / units);
                    if (round >= 0) {
                        results.computeIfAbsent(side.name(), ignored -> new ArrayList<>())
                                .add(result);
                    }
                }
            }
        }
        return results;
    }

    private static double echoes(SSLSocket client, int size, int onTheirWay, long millis) throws IOException {
        var in = new DataInputStream(client.getInputStream());
        var out = client.getOutputStream();
        var message = new byte[size];
        var answer = new byte[size * onTheirWay];
        out.write(Side.ECHO);
        long count = 0;
        long end = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < end) {
            for (int i = 0; i < onTheirWay; i++) {
                out.write(message);
            }
            in.readFully(answer);
            count += onTheirWay;
        }
        return count;
    }

    private static double receive(SSLSocket client, long bytes) throws IOException {
        var in = new DataInputStream(client.getInputStream());
        var out = new DataOutputStream(client.getOutputStream());
        var piece = new byte[Side.PIECE];
        out.write(Side.SEND);
        out.writeLong(bytes);
        for (long left = bytes; left > 0; ) {
            left -= in.read(piece, 0, (int) Math.min(left, piece.length));
        }
        return bytes / MIB;
    }

    private static double send(SSLSocket client, long bytes) throws IOException {
        var in = new DataInputStream(client.getInputStream());
        var out = new DataOutputStream(client.getOutputStream());
        var piece = new byte[Side.PIECE];
        out.write(Side.RECEIVE);
        out.writeLong(bytes);
        for (long left = bytes; left > 0; left -= Math.min(left, piece.length)) {
            out.write(piece, 0, (int) Math.min(left, piece.length));
        }
        in.readByte();
        return bytes / MIB;
    }

    private static void print(Figure figure, Map<String, List<Result>> results) {
        Result reference = median(results.getOrDefault("SSLSocket", List.of()));
        System.out.printf("%s (%s, microseconds of processor time each)%n", figure.name(), figure.unit());
        results.forEach((side, values) -> {
            var rates = values.stream().mapToDouble(Result::rate).summaryStatistics();
            Result middle = median(values);
            System.out.printf(
                    "  %-12s %,9.0f (%,9.0f to %,9.0f)  x%.2f   %,8.1f  x%.2f%n",
                    side,
                    middle.rate(),
                    rates.getMin(),
                    rates.getMax(),
                    middle.rate() / reference.rate(),
                    middle.cpuMicros(),
                    reference.cpuMicros() / middle.cpuMicros());
        });
    }

    /** Of the rates and of the times, each by itself. */
    private static Result median(List<Result> values) {
        return new Result(
                values.stream().mapToDouble(Result::rate).sorted().toArray()[values.size() / 2],
                values.stream().mapToDouble(Result::cpuMicros).sorted().toArray()[values.size() / 2]);
    }
}
