//JAVA 25+
//DEPS dev.weft:weft-runtime-io:0.1.0-SNAPSHOT
//DEPS org.eclipse.jetty:jetty-http:12.1.14
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import dev.weft.io.http.*;
import java.io.IOException;

import static dev.weft.Asyncio.*;

/**
 * A web server with an answer that comes piece by piece, and with server-sent events. With a port for an argument it serves until Ctrl-C;
 * without one it asks itself for everything it has.
 */
Response count(Request request) {
    int to = Integer.parseInt(request.pathParameter("to"));
    return Response.stream("text/plain", out -> {
        for (int i = 1; i <= to; i++) {
            out.write(i + "\n");
            out.flush();
            sleep(seconds(0.01));
        }
    });
}

Response ticks(Request request) {
    return Response.events(events -> {
        for (int i = 1; i <= 3; i++) {
            events.send("tick " + i);
            sleep(seconds(0.01));
        }
    });
}

void ask(HttpClient client, String url) throws IOException {
    try (var response = client.get(url)) {
        IO.println(response.status() + " " + response.text().strip().replace("\n", " "));
    }
}

void main(String[] args) throws IOException {
    run(() -> {
        var router = new Router()
                .get("/", request -> Response.text("hello"))
                .get("/count/{to}", this::count)
                .get("/ticks", this::ticks)
                .post("/upper", request -> Response.text(request.body().text().toUpperCase(Locale.ROOT)));
        int port = args.length == 0 ? 0 : Integer.parseInt(args[0]);
        var server = Http.serve(router, "127.0.0.1", port);
        if (args.length > 0) {
            IO.println("http://127.0.0.1:" + server.port() + "/");
            server.serveForever();
        }
        try (var serving = server.serving();
                var client = new HttpClient()) {
            var site = "http://127.0.0.1:" + server.port();
            ask(client, site + "/");
            ask(client, site + "/count/5");
            ask(client, site + "/ticks");
            ask(client, site + "/nowhere");
            try (var response = client.send(ClientRequest.post(site + "/upper").body("text/plain", "shout"))) {
                IO.println(response.status() + " " + response.text());
            }
        }
    });
}
