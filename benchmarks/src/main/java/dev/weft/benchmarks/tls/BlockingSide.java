package dev.weft.benchmarks.tls;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** The JDK's blocking {@link SSLSocket}, a platform thread for each connection. */
final class BlockingSide implements Side {
    private final SSLServerSocket listener;

    BlockingSide(SSLContext context) throws IOException {
        listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::accept);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var socket = (SSLSocket) listener.accept();
                socket.setTcpNoDelay(true);
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void serve(SSLSocket socket) {
        try (socket) {
            var in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            var piece = new byte[PIECE];
            switch (in.read()) {
                case ECHO -> {
                    for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                        out.write(piece, 0, length);
                    }
                }
                case SEND -> {
                    for (long left = in.readLong(); left > 0; left -= Math.min(left, piece.length)) {
                        out.write(piece, 0, (int) Math.min(left, piece.length));
                    }
                }
                default -> {
                    long left = in.readLong();
                    while (left > 0) {
                        left -= in.read(piece, 0, (int) Math.min(left, piece.length));
                    }
                    out.write(1);
                }
            }
        } catch (IOException clientGone) {
            // measured by then
        }
    }

    @Override
    public String name() {
        return "SSLSocket";
    }

    @Override
    public int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
