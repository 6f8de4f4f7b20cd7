package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.Semaphore;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

/** Loads of any size on loopback, each checked for what must hold at every size; the figures are for the caller to judge. */
final class IoLoads {
    private static final int KIB = 1024;
    private static final int OPENING = 100;

    private IoLoads() {}

    /** L2. Times in milliseconds, memory in bytes, the idle load in percent of a core. */
    record Connections(int count, long ramp, long heap, long threads, double idle, long descriptorsLeft) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%,d connections opened in %.1f s, ten echoes of 1 KiB each came back whole; the server: %.0f MB"
                            + " of heap, %d platform threads, idle at %.1f %% of a core, %d descriptors left afterwards",
                    count,
                    ramp / 1e3,
                    heap / 1e6,
                    threads,
                    idle,
                    descriptorsLeft);
        }
    }

    @Suspends
    static Connections connections(int count, int echoes, Duration idle) throws IOException {
        LoadServer.Client server = LoadServer.Client.start();
        try {
            long before = server.report()[3];
            long began = System.nanoTime();
            var streams = new ArrayList<Streams>();
            var opening = new Semaphore(OPENING);
            inParallel(count, i -> {
                try (var _ = opening.hold()) {
                    streams.add(Net.openConnection("127.0.0.1", server.port()));
                }
            });
            long ramp = millisSince(began);
            inParallel(count, i -> {
                try (var _ = opening.hold()) {
                    echo(streams.get(i), i, echoes, KIB);
                }
            });
            long[] busy = server.report();
            Asyncio.sleep(Duration.ofSeconds(1)); // the collection that the report asked for is over by then
            long cpu = server.report()[2];
            long idleBegan = System.nanoTime();
            Asyncio.sleep(idle);
            long[] after = server.report();
            double load = 100.0 * (after[2] - cpu) / (System.nanoTime() - idleBegan);
            for (Streams stream : streams) {
                stream.writer().close();
            }
            long left = Long.MAX_VALUE;
            for (int i = 0; i < 50 && left > 0; i++) {
                left = server.report()[3] - before;
                Asyncio.sleep(Duration.ofMillis(100));
            }
            check(server.end() == 0, "the server has failed");
            return new Connections(count, ramp, busy[0], after[1], load, left);
        } finally {
            server.process().kill();
            server.process().close();
        }
    }

    @Suspends
    private static void echo(Streams streams, int seed, int times, int bytes) throws IOException {
        var random = new Random(seed);
        for (int i = 0; i < times; i++) {
            var data = new byte[bytes];
            random.nextBytes(data);
            streams.writer().write(data);
            check(checksum(streams.reader().readExactly(bytes)) == checksum(data), "other bytes came back");
        }
    }

    private static long checksum(byte[] data) {
        var crc = new CRC32();
        crc.update(data);
        return crc.getValue();
    }

    /** L3. */
    record Churn(int cycles, long millis, long descriptorsLeft) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%,d connections opened and closed in %.1f s (%,.0f a second), no failure, %d descriptors left",
                    cycles,
                    millis / 1e3,
                    cycles * 1e3 / millis,
                    descriptorsLeft);
        }
    }

    @Suspends
    static Churn churn(int cycles) throws IOException {
        int before = Leaks.descriptors();
        long began = System.nanoTime();
        var options = ServerOptions.DEFAULT.backlog(1000);
        try (var serving =
                Net.startServer(LoadServer::echo, "127.0.0.1", 0, options).serving()) {
            int port = serving.server().port();
            int workers = 32;
            inParallel(workers, worker -> {
                // One pair of addresses has too few ports: each waits a minute before it is used again.
                byte[] from = {127, 0, 0, (byte) (2 + worker % 16)};
                var source =
                        ConnectOptions.DEFAULT.localAddress(new InetSocketAddress(InetAddress.getByAddress(from), 0));
                for (int i = worker; i < cycles; i += workers) {
                    try (var streams = Net.openConnection("127.0.0.1", port, source)) {
                        streams.writer().writeEof();
                        check(streams.reader().read(1).length == 0, "bytes that nobody sent");
                    }
                }
            });
        }
        long took = millisSince(began);
        Asyncio.sleep(Duration.ofMillis(200));
        return new Churn(cycles, took, Leaks.descriptors() - before);
    }

    /** L7. */
    record Tls(int handshakes, long handshakeMillis, int talking, int bytes, long millis, long mostBuffered) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%,d TLS handshakes at once in %.1f s, %,d KiB each way over %d of them; %.1f s in all, at most"
                            + " %,d KiB buffered per connection",
                    handshakes,
                    handshakeMillis / 1e3,
                    bytes / KIB,
                    talking,
                    millis / 1e3,
                    mostBuffered / KIB);
        }
    }

    @Suspends
    static Tls tls(int handshakes, int talking, int bytes) throws Exception {
        long began = System.nanoTime();
        long[] figures = {0, 0};
        TlsFixture.served(
                LoadServer::echo, ServerOptions.DEFAULT.tls(TestCa.server()).backlog(1000), port -> {
                    var streams = new ArrayList<Streams>();
                    inParallel(handshakes, i -> streams.add(TlsFixture.connect(port)));
                    figures[0] = millisSince(began);
                    inParallel(talking, i -> {
                        long most = exchange(streams.get(i), bytes);
                        figures[1] = Math.max(figures[1], most);
                    });
                    inParallel(handshakes, i -> streams.get(i).close());
                });
        return new Tls(handshakes, figures[0], talking, bytes, millisSince(began), figures[1]);
    }

    /** Sends that much and takes it back. Returns how much was buffered at most. */
    @Suspends
    private static long exchange(Streams streams, int bytes) throws IOException {
        int piece = 64 * KIB;
        long[] most = {0};
        Task<Long> reading = Asyncio.createTask(() -> {
            var crc = new CRC32();
            for (int read = 0; read < bytes; ) {
                byte[] data = streams.reader().read(piece);
                check(data.length > 0, "an early end");
                crc.update(data);
                read += data.length;
            }
            return crc.getValue();
        });
        var crc = new CRC32();
        var random = new Random(bytes);
        var data = new byte[piece];
        for (int sent = 0; sent < bytes; sent += piece) {
            random.nextBytes(data);
            crc.update(data);
            streams.writer().write(data);
            most[0] = Math.max(most[0], streams.writer().transport().getWriteBufferSize());
            streams.writer().drain();
        }
        check(reading.await(IOException.class) == crc.getValue(), "other bytes came back");
        return most[0];
    }

    /** L8. */
    record Children(int count, long millis, long delay99, long descriptorsLeft) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%,d children with 64 KiB each way, 50 at once, in %.1f s; timers late by %.1f ms (99 %%), %d"
                            + " descriptors left",
                    count,
                    millis / 1e3,
                    delay99 / 1e3,
                    descriptorsLeft);
        }
    }

    @Suspends
    static Children children(int count, int atOnce) throws IOException {
        Subprocess.run(ProcessOptions.DEFAULT, List.of("true"));
        int before = Leaks.descriptors();
        long began = System.nanoTime();
        var delays = new ArrayList<Long>();
        Task<?> watch = Asyncio.createTask(() -> lateness(delays));
        var turns = new Semaphore(atOnce);
        inParallel(count, i -> {
            try (var _ = turns.hold()) {
                var data = new byte[64 * KIB];
                new Random(i).nextBytes(data);
                var options = ProcessOptions.DEFAULT
                        .stdin(Redirect.PIPE)
                        .stdout(Redirect.PIPE)
                        .input(data);
                CompletedProcess done = Subprocess.run(options, List.of("cat"));
                check(Arrays.equals(data, done.stdout()), "other bytes came back");
            }
        });
        long took = millisSince(began);
        watch.cancel();
        Asyncio.sleep(Duration.ofMillis(200));
        return new Children(count, took, percentile99(delays), Leaks.descriptors() - before);
    }

    /** How late a timer of five milliseconds is, in microseconds, again and again. */
    @Suspends
    private static void lateness(List<Long> delays) {
        while (true) {
            long due = System.nanoTime() + 5_000_000;
            Asyncio.sleep(Duration.ofMillis(5));
            delays.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - due));
        }
    }

    private static long percentile99(List<Long> values) {
        long[] sorted = values.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[(int) (sorted.length * 0.99)];
    }

    /** L9. */
    record Datagrams(long sent, long received, long dropped, int mostBuffered, long millis) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%,d datagrams of 64 bytes sent in %.1f s: %,d received, %,d dropped here and counted, %,d lost in"
                            + " the system; at most %,d waited",
                    sent,
                    millis / 1e3,
                    received,
                    dropped,
                    sent - received - dropped,
                    mostBuffered);
        }
    }

    @Suspends
    static Datagrams datagrams(long count) throws IOException {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        long began = System.nanoTime();
        try (var receiver = Net.openDatagram(loopback, null);
                var sender = Net.openDatagram(loopback, null)) {
            SocketAddress to = receiver.localAddress();
            long[] received = {0};
            int[] most = {0};
            Task<?> receiving = Asyncio.createTask(() -> {
                while (true) {
                    most[0] = Math.max(most[0], receiver.buffered());
                    check(receiver.receive().data().length == 64, "a datagram cut short");
                    received[0]++;
                }
            });
            var data = new byte[64];
            for (long i = 0; i < count; i++) {
                sender.send(data, to);
                if (i % 100 == 99) {
                    Asyncio.yieldNow();
                }
            }
            long last = -1;
            while (received[0] != last) { // until nothing comes any more
                last = received[0];
                Asyncio.sleep(Duration.ofMillis(200));
            }
            receiving.cancel();
            check(received[0] > 0 && received[0] + receiver.dropped() <= count, "a wrong count");
            return new Datagrams(count, received[0], receiver.dropped(), most[0], millisSince(began));
        }
    }

    /** L11. */
    record Soak(
            int clients,
            Duration time,
            long echoes,
            long timers,
            long children,
            long early,
            long late,
            double idle,
            long descriptors) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%d clients for %d s: %,d echoes, %,d timers, %,d children; heap %.1f MB after three tenths of it"
                            + " and %.1f MB after nine; idle at %.1f %% of a core afterwards, %d descriptors left",
                    clients,
                    time.toSeconds(),
                    echoes,
                    timers,
                    children,
                    early / 1e6,
                    late / 1e6,
                    idle,
                    descriptors);
        }
    }

    @Suspends
    static Soak soak(int clients, Duration time) throws IOException {
        Subprocess.run(ProcessOptions.DEFAULT, List.of("true"));
        int before = Leaks.descriptors();
        long[] counts = {0, 0, 0};
        long[] heap = {0, 0};
        try (var serving = Net.startServer(LoadServer::echo, "127.0.0.1", 0, ServerOptions.DEFAULT.backlog(1000))
                .serving()) {
            int port = serving.server().port();
            boolean[] over = {false};
            var tasks = new ArrayList<Task<?>>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                tasks.add(Asyncio.createTask(() -> {
                    try (var streams = Net.openConnection("127.0.0.1", port)) {
                        for (int round = 0; !over[0]; round++) {
                            echo(streams, number + round, 1, KIB);
                            counts[0]++;
                            Asyncio.sleep(Duration.ofMillis(20));
                            counts[1]++;
                        }
                    }
                }));
            }
            tasks.add(Asyncio.createTask(() -> {
                while (!over[0]) {
                    Subprocess.run(ProcessOptions.DEFAULT.input(new byte[KIB]), List.of("cat"));
                    counts[2]++;
                }
            }));
            try {
                Asyncio.sleep(time.multipliedBy(3).dividedBy(10));
                heap[0] = heap();
                Asyncio.sleep(time.multipliedBy(6).dividedBy(10));
                heap[1] = heap();
                Asyncio.sleep(time.dividedBy(10));
            } finally {
                over[0] = true; // or the server would wait for its clients for ever
            }
            for (Task<?> task : tasks) {
                task.await();
            }
        }
        Asyncio.sleep(Duration.ofMillis(500));
        long cpu = cpu();
        long began = System.nanoTime();
        Asyncio.sleep(time.dividedBy(20));
        double idle = 100.0 * (cpu() - cpu) / (System.nanoTime() - began);
        return new Soak(
                clients, time, counts[0], counts[1], counts[2], heap[0], heap[1], idle, Leaks.descriptors() - before);
    }

    private static long cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    /** L12. */
    record Slow(int peers, int suspended, long bytesEach) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%,d peers that never read, 64 MiB offered to each: %,d senders suspended, %.1f KiB of heap each",
                    peers,
                    suspended,
                    bytesEach / 1024.0);
        }
    }

    @Suspends
    static Slow slowConsumers(int peers) throws IOException {
        int[] states = {0, 0}; // senders that have begun, and pieces taken
        var channels = new ArrayList<SocketChannel>();
        var data = new byte[64 * KIB];
        try (var serving = Net.startServer(
                        (_, writer) -> {
                            states[0]++;
                            for (int i = 0; i < KIB; i++) { // 64 MiB
                                writer.write(data);
                                writer.drain();
                                states[1]++;
                            }
                            states[0]--;
                        },
                        "127.0.0.1",
                        0,
                        ServerOptions.DEFAULT.backlog(1000))
                .serving()) {
            long before = heap();
            var address = new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), serving.server().port());
            for (int i = 0; i < peers; i++) {
                channels.add(SocketChannel.open(address));
                if (i % 50 == 49) {
                    Asyncio.yieldNow();
                }
            }
            int taken = -1;
            while (states[0] < peers || states[1] != taken) { // until nobody gets on
                taken = states[1];
                Asyncio.sleep(Duration.ofMillis(200));
            }
            var figures = new Slow(peers, states[0], (heap() - before) / peers);
            for (SocketChannel channel : channels) {
                channel.close();
            }
            serving.server().abortClients();
            return figures;
        }
    }

    @FunctionalInterface
    private interface Numbered {
        @Suspends
        void run(int number) throws IOException;
    }

    @Suspends
    private static void inParallel(int count, Numbered body) throws IOException {
        var tasks = new ArrayList<Task<?>>(count);
        for (int i = 0; i < count; i++) {
            int number = i;
            tasks.add(Asyncio.createTask(() -> body.run(number)));
        }
        for (Task<?> task : tasks) {
            task.await(IOException.class);
        }
    }

    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static long millisSince(long began) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    private static void check(boolean held, String otherwise) {
        if (!held) {
            throw new AssertionError(otherwise);
        }
    }
}
