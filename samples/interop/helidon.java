//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//DEPS io.helidon.webserver:helidon-webserver:4.3.4
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import static dev.weft.Asyncio.*;

/**
 * A Helidon application with a Weft loop inside. Requests come on Helidon's threads; what they share lives on the loop, where no lock is
 * needed, because one task runs at a time.
 */
final class Counters implements AutoCloseable {
    private final Map<String, Integer> counts = new HashMap<>(); // the loop's alone
    private final Thread thread;
    private final CountDownLatch started = new CountDownLatch(1);
    private EventLoop loop;
    private Event closed;

    Counters() throws InterruptedException {
        thread = Thread.ofPlatform().name("counters").start(() -> run(() -> {
            loop = getRunningLoop();
            closed = new Event();
            started.countDown();
            closed.await();
        }));
        started.await();
    }

    /** From any thread. */
    int count(String name) throws Exception {
        return runCoroutineThreadsafe(
                        () -> {
                            int before = counts.getOrDefault(name, 0);
                            sleep(millis(1)); // as a database would take; other names go on
                            return counts.merge(name, 1, Integer::sum) - before;
                        },
                        loop)
                .get();
    }

    int total(String name) throws Exception {
        return runCoroutineThreadsafe(() -> counts.getOrDefault(name, 0), loop).get();
    }

    @Override
    public void close() throws InterruptedException {
        loop.callSoonThreadsafe(closed::set);
        thread.join();
    }
}

void main() throws Exception {
    try (var counters = new Counters();
            var client = HttpClient.newHttpClient()) {
        var server = WebServer.builder()
                .host("127.0.0.1")
                .port(0)
                .routing(routing -> routing.post("/{name}", (request, response) -> count(counters, request, response))
                        .get("/{name}", (request, response) -> response.send(
                                "" + counters.total(request.path().pathParameters().get("name")))))
                .build()
                .start();
        try {
            var tea = URI.create("http://127.0.0.1:" + server.port() + "/tea");
            var clicks = new ArrayList<Thread>();
            for (int i = 0; i < 10; i++) {
                clicks.add(Thread.startVirtualThread(() -> send(client, HttpRequest.newBuilder(tea).POST(HttpRequest.BodyPublishers.noBody()).build())));
            }
            for (var click : clicks) {
                click.join();
            }
            IO.println("tea: " + send(client, HttpRequest.newBuilder(tea).build()));
        } finally {
            server.stop();
        }
    }
}

void count(Counters counters, ServerRequest request, ServerResponse response) throws Exception {
    counters.count(request.path().pathParameters().get("name"));
    response.send("counted");
}

String send(HttpClient client, HttpRequest request) {
    try {
        return client.send(request, BodyHandlers.ofString()).body();
    } catch (Exception e) {
        throw new IllegalStateException(e);
    }
}
