package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import dev.weft.io.internal.endpoint.TlsFiles;
import java.io.IOException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** A port of this machine, with TLS. The files are read each time it listens. */
record TlsServerEndpoint(TcpServerEndpoint below, TlsFiles files) implements ServerEndpoint {
    @Override
    @Suspends
    public Server listen(Supplier<? extends BaseProtocol> protocols, ServerOptions options) throws IOException {
        SSLContext context = Asyncio.<SSLContext, IOException>toThread(files::load);
        return below.listen(protocols, options.tls(TlsOptions.of(context)));
    }

    @Override
    public String toString() {
        return below.toString();
    }
}
