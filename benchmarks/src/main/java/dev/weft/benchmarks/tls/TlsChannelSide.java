package dev.weft.benchmarks.tls;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import tlschannel.NeedsReadException;
import tlschannel.NeedsTaskException;
import tlschannel.NeedsWriteException;
import tlschannel.ServerTlsChannel;
import tlschannel.TlsChannel;

/** The library tls-channel, driven by a task: what it needs is awaited on the loop, and its tasks run on the loop's executor. */
final class TlsChannelSide extends LoopSide {
    private final SSLContext context;

    TlsChannelSide(SSLContext context) {
        this.context = context;
    }

    @Override
    @Suspends
    AutoCloseable listen(CompletableFuture<Integer> port) throws IOException {
        EventLoop loop = Asyncio.getRunningLoop();
        ServerSocketChannel listener =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.configureBlocking(false);
        port.complete(listener.socket().getLocalPort());
        var accepting = Asyncio.createTask(() -> {
            while (true) {
                loop.awaitReadable(listener);
                SocketChannel channel = listener.accept();
                if (channel != null) {
                    Asyncio.createTask(() -> serve(loop, channel));
                }
            }
        });
        return () -> {
            accepting.cancel();
            listener.close();
        };
    }

    @Suspends
    private void serve(EventLoop loop, SocketChannel channel) throws Exception {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        TlsChannel tls = ServerTlsChannel.newBuilder(channel, context)
                .withRunTasks(false)
                .build();
        try {
            var one = ByteBuffer.allocate(1);
            read(loop, channel, tls, one);
            var piece = ByteBuffer.allocate(PIECE);
            switch (one.get(0)) {
                case ECHO -> {
                    while (read(loop, channel, tls, piece.clear()) > 0) {
                        write(loop, channel, tls, piece.flip());
                    }
                }
                case SEND -> {
                    for (long left = length(loop, channel, tls); left > 0; left -= piece.limit()) {
                        write(loop, channel, tls, piece.clear().limit((int) Math.min(left, PIECE)));
                    }
                }
                default -> {
                    long left = length(loop, channel, tls);
                    while (left > 0) {
                        left -= read(loop, channel, tls, piece.clear());
                    }
                    write(loop, channel, tls, ByteBuffer.allocate(1));
                }
            }
        } catch (IOException clientGone) {
            // measured by then
        } finally {
            channel.close();
        }
    }

    @Suspends
    private static long length(EventLoop loop, SocketChannel channel, TlsChannel tls) throws Exception {
        var length = ByteBuffer.allocate(8);
        while (length.hasRemaining()) {
            read(loop, channel, tls, length);
        }
        return length.getLong(0);
    }

    @Suspends
    private static int read(EventLoop loop, SocketChannel channel, TlsChannel tls, ByteBuffer into) throws Exception {
        while (true) {
            try {
                return tls.read(into);
            } catch (NeedsReadException e) {
                loop.awaitReadable(channel);
            } catch (NeedsWriteException e) {
                loop.awaitWritable(channel);
            } catch (NeedsTaskException e) {
                loop.runInExecutor(null, () -> e.getTask().run()).await();
            }
        }
    }

    @Suspends
    private static void write(EventLoop loop, SocketChannel channel, TlsChannel tls, ByteBuffer from) throws Exception {
        while (from.hasRemaining()) {
            try {
                tls.write(from);
            } catch (NeedsReadException e) {
                loop.awaitReadable(channel);
            } catch (NeedsWriteException e) {
                loop.awaitWritable(channel);
            } catch (NeedsTaskException e) {
                loop.runInExecutor(null, () -> e.getTask().run()).await();
            }
        }
    }

    @Override
    public String name() {
        return "tls-channel";
    }
}
