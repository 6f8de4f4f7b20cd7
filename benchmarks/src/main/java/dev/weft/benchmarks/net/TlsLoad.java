package dev.weft.benchmarks.net;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Loads a TLS server by blocking sockets of the JDK, a thread for each. */
final class TlsLoad {
    private static final int HANDSHAKERS = 2;

    private final SSLContext context;
    private final int port;

    TlsLoad(SSLContext context, int port) {
        this.context = context;
        this.port = port;
    }

    private SSLSocket connect() throws IOException {
        var socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.startHandshake();
        return socket;
    }

    /** Echoes, one after another on each connection. */
    Reached echo(int connections, int size, long millis, Runnable counting) throws Exception {
        var sockets = new ArrayList<SSLSocket>();
        try {
            for (int i = 0; i < connections; i++) {
                sockets.add(connect());
            }
            return run(connections, millis, counting, (client, answered, stop) -> {
                SSLSocket socket = sockets.get(client);
                var in = new DataInputStream(socket.getInputStream());
                var message = new byte[size];
                while (System.nanoTime() < stop) {
                    socket.getOutputStream().write(message);
                    in.readFully(message);
                    answered.incrementAndGet();
                }
            });
        } finally {
            for (SSLSocket socket : sockets) {
                socket.close();
            }
        }
    }

    /** Full handshakes, each with one byte there and back. */
    Reached handshakes(long millis, Runnable counting) throws Exception {
        return run(HANDSHAKERS, millis, counting, (client, answered, stop) -> {
            while (System.nanoTime() < stop) {
                try (SSLSocket socket = connect()) {
                    socket.getOutputStream().write(1);
                    if (socket.getInputStream().read() != 1) {
                        throw new IOException("no echo");
                    }
                    socket.getSession().invalidate(); // so that the next one is not resumed
                    answered.incrementAndGet();
                }
            }
        });
    }

    private interface Client {
        void run(int number, AtomicLong answered, long stop) throws IOException;
    }

    private static Reached run(int clients, long millis, Runnable counting, Client client) throws Exception {
        var answered = new AtomicLong();
        var failure = new AtomicReference<@Nullable IOException>();
        var done = new CountDownLatch(clients);
        long began = System.nanoTime();
        long stop = began + millis * 1_000_000;
        for (int i = 0; i < clients; i++) {
            int number = i;
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    client.run(number, answered, stop);
                } catch (IOException e) {
                    failure.set(e);
                } catch (UncheckedIOException e) {
                    failure.set(e.getCause());
                } finally {
                    done.countDown();
                }
            });
        }
        Thread.sleep(millis / 5);
        long before = answered.get();
        long counted = System.nanoTime();
        counting.run();
        Thread.sleep(Math.max(0, (stop - System.nanoTime()) / 1_000_000));
        long reached = answered.get() - before;
        double rate = reached * 1e9 / (System.nanoTime() - counted);
        done.await();
        IOException thrown = failure.get();
        if (thrown != null) {
            throw thrown;
        }
        return new Reached(rate, reached);
    }
}
