package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import dev.weft.io.internal.endpoint.TlsFiles;
import java.io.IOException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** A port of a host, with TLS. The files are read for each connection. */
record TlsClientEndpoint(TcpClientEndpoint below, TlsFiles files) implements ClientEndpoint {
    @Override
    @Suspends
    public <P extends BaseProtocol> Endpoint<P> connect(Supplier<P> protocols) throws IOException {
        boolean plain = files.privateKey() == null && files.trustRoots() == null;
        TlsOptions tls =
                plain ? TlsOptions.client() : TlsOptions.of(Asyncio.<SSLContext, IOException>toThread(files::load));
        return TcpClientEndpoint.within(
                below.timeout(),
                below.text(),
                () -> Net.createConnection(
                        protocols, below.host(), below.port(), below.options().tls(tls)));
    }

    @Override
    public String toString() {
        return below.toString();
    }
}
