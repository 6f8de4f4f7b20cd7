package dev.weft.benchmarks.net;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import java.nio.file.Path;

/** Helidon SE: HTTP by a virtual thread for each connection. */
final class HelidonServer implements Server {
    @Override
    public int start(Service service, Path identity, int loops) {
        return WebServer.builder()
                .host("127.0.0.1")
                .port(0)
                .routing(routing -> routing.get("/", (request, response) -> {
                    response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
                    response.send(Service.GREETING);
                }))
                .build()
                .start()
                .port();
    }
}
