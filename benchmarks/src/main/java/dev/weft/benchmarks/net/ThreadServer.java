package dev.weft.benchmarks.net;

import dev.weft.benchmarks.peer.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.ServerSocketFactory;

/** A virtual thread for each connection, over blocking sockets. TLS by the JDK's {@code SSLSocket}. */
final class ThreadServer implements Server {
    @Override
    public int start(Service service, Path identity, int loops) throws Exception {
        ServerSocketFactory factory = service == Service.TLS
                ? TestIdentity.context(identity, null).getServerSocketFactory()
                : ServerSocketFactory.getDefault();
        ServerSocket listener = factory.createServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        int piece = service == Service.IDLE ? 4096 : Service.PIECE;
        Thread.ofPlatform().daemon().start(() -> accept(listener, piece));
        return listener.getLocalPort();
    }

    private static void accept(ServerSocket listener, int piece) {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                Thread.startVirtualThread(() -> echo(socket, piece));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void echo(Socket socket, int piece) {
        try (socket) {
            var in = socket.getInputStream();
            var out = socket.getOutputStream();
            var buffer = new byte[piece];
            for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
                out.write(buffer, 0, length);
            }
        } catch (IOException clientGone) {
            // measured by then
        }
    }
}
