package dev.weft.io;

import dev.weft.Suspends;
import dev.weft.io.internal.endpoint.InheritedSocket;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A socket that the process was started with. */
record InheritedEndpoint(
        String text, Descriptor descriptor, @Nullable String domain) implements ServerEndpoint {
    /** Where it is. */
    interface Descriptor {
        int find() throws IOException;
    }

    @Override
    @Suspends
    public Server listen(Supplier<? extends BaseProtocol> protocols, ServerOptions options) throws IOException {
        ServerSocketChannel channel = InheritedSocket.listening(descriptor.find());
        if (domain != null && !InheritedSocket.isOf(domain, channel.getLocalAddress())) {
            throw new IOException("not a socket of " + domain + ", but at " + channel.getLocalAddress() + ": " + text);
        }
        return Net.createServer(protocols, channel, options);
    }

    @Override
    public String toString() {
        return text;
    }
}
