//JAVA 25+
//DEPS dev.weft:weft-runtime-io:0.1.0-SNAPSHOT
//DEPS org.eclipse.jetty:jetty-http:12.1.14
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import dev.weft.io.http.*;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import static dev.weft.Asyncio.*;

/**
 * The JDK's HTTP client against a server on the same loop, which it could not reach if it held the loop up: first its futures, then its
 * blocking call.
 */
void main() throws Exception {
    run(() -> {
        var router = new Router().get("/slow/{name}", request -> {
            sleep(millis(100));
            return Response.text("hello " + request.pathParameter("name"));
        });
        try (var serving = Http.serve(router, "127.0.0.1", 0).serving();
                var client = java.net.http.HttpClient.newHttpClient()) {
            var site = "http://127.0.0.1:" + serving.server().port() + "/slow/";

            var later = wrapFuture(client.sendAsync(request(site + "future"), BodyHandlers.ofString()));
            IO.println(later.await().body());

            // In portable mode this would hold the loop up for good, so there it goes to a thread.
            Coroutine<String> call = () -> client.send(request(site + "task"), BodyHandlers.ofString()).body();
            IO.println(getRunningLoop().mode() == EventLoop.Mode.CONFINED ? call.call() : toThread(call::call));

            try {
                waitFor(wrapFuture(client.sendAsync(request(site + "nobody"), BodyHandlers.ofString())), millis(20));
            } catch (TimeoutException e) {
                IO.println("too slow for 20 ms");
            }
        }
    });
}

HttpRequest request(String url) {
    return HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20)).build();
}
