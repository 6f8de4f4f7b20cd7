package dev.weft.benchmarks.net;

import dev.weft.benchmarks.peer.TestIdentity;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;

/** Vert.x, on its default transport. */
final class VertxServer implements Server {
    private static final String HOST = "127.0.0.1";

    @Override
    public int start(Service service, Path identity, int loops) throws InterruptedException, ExecutionException {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
        if (service == Service.HTTP) {
            return vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true))
                    .requestHandler(request -> request.response()
                            .putHeader("content-type", "text/plain; charset=utf-8")
                            .end(Service.GREETING))
                    .listen(0, HOST)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get()
                    .actualPort();
        }
        var options = new NetServerOptions().setTcpNoDelay(true).setAcceptBacklog(1024);
        if (service == Service.TLS) {
            options.setSsl(true)
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .setCertPath(TestIdentity.certificate(identity).toString())
                            .setKeyPath(TestIdentity.key(identity).toString()));
        }
        return vertx.createNetServer(options)
                .connectHandler(socket -> socket.handler(socket::write))
                .listen(0, HOST)
                .toCompletionStage()
                .toCompletableFuture()
                .get()
                .actualPort();
    }
}
