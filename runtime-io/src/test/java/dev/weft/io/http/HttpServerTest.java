package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import dev.weft.io.Net;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a server answers, read byte by byte from the connection. */
final class HttpServerTest {
    /** What comes back for these bytes, up to the end of the connection. */
    @Suspends
    private static String exchange(HttpServer server, String request) throws IOException {
        try (var streams = Net.openConnection("127.0.0.1", server.port())) {
            streams.writer().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(streams.reader().readAll(), StandardCharsets.ISO_8859_1)
                    .replaceAll("Date: [^\r]*\r\n", "");
        }
    }

    /** With the line ends of HTTP. */
    static String wire(String lines) {
        return lines.replace("\n", "\r\n");
    }

    private static Response echo(Request request) throws IOException {
        return Response.text(
                request.method() + " " + request.target() + " " + request.body().text());
    }

    @Test
    void serve_request_isAnsweredAndTheConnectionKept() throws IOException {
        Asyncio.run(() -> {
            try (var serving = Http.serve(HttpServerTest::echo, "127.0.0.1", 0).serving()) {
                String answers = exchange(
                        serving.server(),
                        "GET /a?b HTTP/1.1\r\nHost: x\r\n\r\nGET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ";
                assertEquals(head + "9\r\n\r\nGET /a?b " + head + "7\r\nConnection: close\r\n\r\nGET /c ", answers);
            }
        });
    }

    @Test
    void serve_bodies_areReadWithLengthAndInChunks() throws IOException {
        Asyncio.run(() -> {
            try (var serving = Http.serve(HttpServerTest::echo, "127.0.0.1", 0).serving()) {
                String answers = exchange(serving.server(), wire("""
                    POST /a HTTP/1.1
                    Host: x
                    Content-Length: 5

                    helloPUT /b HTTP/1.1
                    Host: x
                    Transfer-Encoding: chunked
                    Connection: close

                    3;a=b
                    foo
                    3
                    bar
                    0
                    X-Sum: 7

                    """));
                assertTrue(answers.contains("POST /a hello"), answers);
                assertTrue(answers.endsWith("PUT /b foobar"), answers);
            }
        });
    }

    @Test
    void serve_streamedResponse_isChunkedOrEndsTheConnection() throws IOException {
        Asyncio.run(() -> {
            HttpHandler handler = request -> Response.stream(
                    "text/plain",
                    List.of("one".getBytes(StandardCharsets.UTF_8), "two".getBytes(StandardCharsets.UTF_8)));
            try (var serving = Http.serve(handler, "127.0.0.1", 0).serving()) {
                String chunked = exchange(serving.server(), "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                assertTrue(chunked.contains("Transfer-Encoding: chunked"), chunked);
                assertTrue(chunked.endsWith("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"), chunked);
                String old = exchange(serving.server(), "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                assertTrue(old.endsWith("\r\n\r\nonetwo"), old);
                String head = exchange(serving.server(), "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                assertTrue(head.endsWith("\r\n\r\n"), head);
            }
        });
    }

    @Test
    void serve_upgrade_handsTheConnectionOverWithWhatWasReadTooFar() throws IOException {
        Asyncio.run(() -> {
            HttpHandler handler = request -> Response.upgrade("echo", (reader, writer) -> {
                writer.write(reader.readExactly(4));
                writer.write(reader.readAll());
            });
            try (var serving = Http.serve(handler, "127.0.0.1", 0).serving();
                    var streams =
                            Net.openConnection("127.0.0.1", serving.server().port())) {
                streams.writer()
                        .write("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nping"
                                .getBytes(StandardCharsets.US_ASCII));
                String head = new String(
                        streams.reader().readUntil("\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
                        StandardCharsets.US_ASCII);
                assertTrue(head.startsWith("HTTP/1.1 101 "), head);
                assertTrue(head.contains("Upgrade: echo"), head);
                assertEquals("ping", new String(streams.reader().readExactly(4), StandardCharsets.US_ASCII));
                streams.writer().write("more".getBytes(StandardCharsets.US_ASCII));
                streams.writer().writeEof();
                assertEquals("more", new String(streams.reader().readAll(), StandardCharsets.US_ASCII));
            }
        });
    }

    @Test
    void serve_upgradeOfARequestWithABody_isRefused() throws IOException {
        Asyncio.run(() -> {
            HttpHandler handler =
                    request -> Response.upgrade("echo", (reader, writer) -> writer.write(reader.readAll()));
            try (var serving = Http.serve(handler, "127.0.0.1", 0).serving()) {
                String answer =
                        exchange(serving.server(), "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
                assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
                assertTrue(exchange(serving.server(), "GET / HTTP/1.0\r\n\r\n").startsWith("HTTP/1.1 400 "));
            }
        });
    }

    @Test
    void serve_failingHandler_answers500AndGoesOn() throws IOException {
        Asyncio.run(() -> {
            var reported = new ArrayList<Throwable>();
            Asyncio.getRunningLoop().setExceptionHandler((loop, context) -> reported.add(context.exception()));
            HttpHandler handler = request -> {
                if (request.rawPath().equals("/teapot")) {
                    throw new HttpStatusException(418, "short and stout");
                }
                throw new IOException("no disk");
            };
            try (var serving = Http.serve(handler, "127.0.0.1", 0).serving()) {
                String answers = exchange(serving.server(), wire("""
                    GET /teapot HTTP/1.1
                    Host: x

                    GET / HTTP/1.1
                    Host: x
                    Connection: close

                    """));
                assertTrue(answers.startsWith("HTTP/1.1 418 "), answers);
                assertTrue(answers.contains("short and stout\nHTTP/1.1 500 "), answers);
                assertEquals(1, reported.size());
                assertEquals("no disk", reported.getFirst().getMessage());
            }
        });
    }
}
