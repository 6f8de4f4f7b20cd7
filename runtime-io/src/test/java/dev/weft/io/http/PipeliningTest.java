package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Event;
import dev.weft.testing.TestLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that come together are answered in their order, by as few calls of the system as that takes. */
final class PipeliningTest {
    private final TestLoop loop = new TestLoop();

    @AfterEach
    void close() {
        loop.close();
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    private FakeConnection connection(HttpHandler handler) {
        return new FakeConnection(loop, HttpServerOptions.DEFAULT, handler);
    }

    /** The bodies, each on a line of its own. */
    private static List<String> answers(FakeConnection connection) {
        var answers = new ArrayList<String>();
        for (String line : connection.sent().split("\r\n", -1)) {
            for (String part : line.split("HTTP/1.1 ", -1)) {
                if (part.startsWith("/")) {
                    answers.add(part);
                }
            }
        }
        return answers;
    }

    @Test
    void requests_together_areAnsweredTogether() {
        FakeConnection connection = connection(request -> Response.text(request.rawPath()));
        connection.feed(get("/1") + get("/2") + get("/3"));
        assertEquals(List.of("/1", "/2", "/3"), answers(connection));
        assertEquals(1, connection.writes());
    }

    @Test
    void answer_nextHandlerSuspends_isSentBefore() {
        var goOn = new ArrayList<Event>();
        FakeConnection connection = connection(request -> {
            if (request.rawPath().equals("/slow")) {
                var event = new Event();
                goOn.add(event);
                event.await();
            }
            return Response.text(request.rawPath());
        });
        connection.feed(get("/1") + get("/slow") + get("/3"));
        assertEquals(List.of("/1"), answers(connection));
        loop.callSoon(() -> goOn.getFirst().set());
        loop.runReady();
        assertEquals(List.of("/1", "/slow", "/3"), answers(connection));
    }

    @Test
    void answer_nextRequestIsIncomplete_isSentAtOnce() {
        FakeConnection connection = connection(request -> Response.text(request.rawPath()));
        connection.feed(get("/1") + "GET /2");
        assertEquals(List.of("/1"), answers(connection));
        connection.feed(" HTTP/1.1\r\nHost: x\r\n\r\n");
        assertEquals(List.of("/1", "/2"), answers(connection));
    }

    @Test
    void answers_largerThanWhatIsHeldBack_keepTheirOrder() {
        String large = "x".repeat(15_000);
        FakeConnection connection = connection(request -> Response.text(request.rawPath() + "\r\n" + large));
        connection.feed(get("/1") + get("/2") + get("/3") + get("/4"));
        assertEquals(List.of("/1", "/2", "/3", "/4"), answers(connection));
    }

    @Test
    void answer_streamedBehindOneAtHand_comesBehindIt() {
        FakeConnection connection = connection(request -> request.rawPath().equals("/stream")
                ? Response.stream(
                        "text/plain", List.of("/stream\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                : Response.text(request.rawPath()));
        connection.feed(get("/1") + get("/stream") + get("/3"));
        assertEquals(List.of("/1", "/stream", "/3"), answers(connection));
    }

    @Test
    void request_nextToOneThatIsWrong_isAnsweredFirst() {
        FakeConnection connection = connection(request -> Response.text(request.rawPath()));
        connection.feed(get("/1") + "nonsense\r\n\r\n");
        assertEquals(List.of("/1"), answers(connection));
        assertTrue(connection.sent().contains("HTTP/1.1 400"), connection.sent());
        assertTrue(connection.sent().indexOf("/1") < connection.sent().indexOf("HTTP/1.1 400"), connection.sent());
    }

    @Test
    void handler_failsWhileItsAnswerIsStreamed_leavesTheAnswersBefore() {
        loop.setExceptionHandler((failing, context) -> {});
        FakeConnection connection = connection(request -> request.rawPath().equals("/broken")
                ? Response.stream("text/plain", out -> {
                    out.write(new byte[] {'x'});
                    throw new IllegalStateException("broken");
                })
                : Response.text(request.rawPath()));
        connection.feed(get("/1") + get("/broken"));
        assertEquals(List.of("/1"), answers(connection));
    }
}
