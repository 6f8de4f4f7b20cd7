package dev.weft.io.internal.transport;

import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.io.BaseProtocol;
import dev.weft.io.BaseTransport;
import dev.weft.io.ExtraInfo;
import dev.weft.io.Protocol;
import dev.weft.io.ReadTransport;
import dev.weft.io.WriteTransport;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes a transport of a pipe's end: of a channel by the selector, of a stream by a thread. Returns once the protocol has been told. */
public final class Pipes {
    private Pipes() {}

    @Suspends
    public static ReadTransport connect(EventLoop loop, Pipe.SourceChannel pipe, Protocol protocol) throws IOException {
        var transport = new PipeReadTransport(loop, pipe, Objects.requireNonNull(protocol, "the protocol"));
        transport.start();
        awaitStart(loop, transport);
        return transport;
    }

    @Suspends
    public static ReadTransport connect(EventLoop loop, InputStream pipe, Protocol protocol) {
        InputStream source = pipe;
        if (pipe instanceof FileInputStream file) {
            FileChannel channel = file.getChannel();
            refuseRegularFile(channel);
            source = Channels.newInputStream(channel); // closing that ends a read that blocks
        }
        Objects.requireNonNull(protocol, "the protocol");
        InputPump pump = InputPump.owning(source, "weft-pipe-read");
        var transport = new InputTransport(loop, pump, protocol, Map.of(ExtraInfo.PIPE.key(), pipe), true);
        transport.start();
        awaitStart(loop, transport);
        return transport;
    }

    @Suspends
    public static WriteTransport connect(EventLoop loop, Pipe.SinkChannel pipe, BaseProtocol protocol)
            throws IOException {
        var transport = new PipeWriteTransport(loop, pipe, Objects.requireNonNull(protocol, "the protocol"));
        transport.start();
        awaitStart(loop, transport);
        return transport;
    }

    @Suspends
    public static WriteTransport connect(EventLoop loop, OutputStream pipe, BaseProtocol protocol) {
        OutputStream target = pipe;
        if (pipe instanceof FileOutputStream file) {
            FileChannel channel = file.getChannel();
            refuseRegularFile(channel);
            target = Channels.newOutputStream(channel); // closing that ends a write that blocks
        }
        Objects.requireNonNull(protocol, "the protocol");
        Map<String, Object> extra = Map.of(ExtraInfo.PIPE.key(), pipe);
        OutputTransport transport = OutputTransport.owning(loop, target, "weft-pipe-write", protocol, extra, true);
        transport.start();
        awaitStart(loop, transport);
        return transport;
    }

    @Suspends
    private static void awaitStart(EventLoop loop, BaseTransport transport) {
        Future<@Nullable Void> started = loop.createFuture();
        loop.callSoon(() -> {
            if (!started.done()) {
                started.setResult(null);
            }
        });
        boolean connected = false;
        try {
            started.await();
            connected = true;
        } finally {
            if (!connected) {
                transport.close();
            }
        }
    }

    /** A pipe has no position; what has one is a file, which is always ready and would be read as fast as it goes. */
    private static void refuseRegularFile(FileChannel channel) {
        try {
            channel.position();
        } catch (IOException pipe) {
            return;
        }
        throw new IllegalArgumentException(
                "a pipe transport takes pipes, not regular files; read and write those with java.nio.file.Files");
    }
}
