package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Event;
import dev.weft.Suspends;
import dev.weft.io.LogCapture;
import dev.weft.io.Net;
import dev.weft.io.Streams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a server and its connections begin and end. */
final class HttpLifeTest {
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @Suspends
    private static Streams connect(HttpServer server) throws IOException {
        return Net.openConnection("127.0.0.1", server.port());
    }

    @Suspends
    private static String rest(Streams streams) throws IOException {
        return new String(streams.reader().readAll(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void drain_letsActiveRequestsFinish_andClosesIdleConnections() throws IOException {
        Asyncio.run(() -> {
            var asked = new Event();
            var go = new Event();
            HttpServer server = Http.serve(
                    request -> {
                        asked.set();
                        go.await();
                        return Response.text("done");
                    },
                    "127.0.0.1",
                    0);
            try (var idle = connect(server);
                    var active = connect(server)) {
                active.writer().write(REQUEST);
                asked.await();
                var draining = Asyncio.createTask(() -> server.drain(Duration.ofSeconds(60)));
                assertEquals("", rest(idle));
                assertFalse(draining.done());
                assertFalse(server.isServing());
                go.set();
                String answer = rest(active);
                assertTrue(answer.endsWith("done"), answer);
                assertTrue(answer.contains("Connection: close"), answer);
                assertEquals(0, draining.await());
            }
        });
    }

    @Test
    void drain_cutsWhatIsNotInTime() throws IOException {
        Asyncio.run(() -> {
            var asked = new Event();
            var cancelled = new boolean[1];
            HttpServer server = Http.serve(
                    request -> {
                        asked.set();
                        try {
                            new Event().await();
                        } catch (CancelledError e) {
                            cancelled[0] = true;
                            throw e;
                        }
                        return Response.text("never");
                    },
                    "127.0.0.1",
                    0);
            try (var active = connect(server)) {
                active.writer().write(REQUEST);
                asked.await();
                assertEquals(1, server.drain(Duration.ofMillis(20)));
                assertTrue(cancelled[0]);
                assertEquals(0, server.connections());
                assertEquals("", rest(active));
            }
        });
    }

    @Test
    void serveForever_cancelled_closesEverything() throws IOException {
        Asyncio.run(() -> {
            HttpServer server = Http.serve(request -> Response.text("ok"), "127.0.0.1", 0);
            var serving = Asyncio.createTask(server::serveForever);
            try (var idle = connect(server)) {
                idle.writer().write(REQUEST);
                assertTrue(new String(
                                idle.reader().readUntil("ok".getBytes(StandardCharsets.US_ASCII)),
                                StandardCharsets.US_ASCII)
                        .startsWith("HTTP/1.1 200 "));
                serving.cancel();
                assertThrows(CancelledError.class, serving::await);
                assertEquals("", rest(idle));
                assertEquals(0, server.connections());
            }
        });
    }

    @Test
    void responseThatFailsHalfWay_breaksTheConnection() throws IOException {
        Asyncio.run(() -> {
            Asyncio.getRunningLoop().setExceptionHandler((loop, context) -> {});
            HttpHandler handler = request -> Response.stream("text/plain", out -> {
                out.write("half");
                out.flush();
                throw new IOException("no more");
            });
            HttpHandler wrongLength = request -> Response.stream("text/plain", out -> out.write("four"))
                    .header("Content-Length", request.rawPath().length() > 1 ? "3" : "5");
            for (HttpHandler failing : List.of(handler, wrongLength)) {
                try (var serving = Http.serve(failing, "127.0.0.1", 0).serving();
                        var client = new HttpClient()) {
                    String url = "http://127.0.0.1:" + serving.server().port();
                    for (String path : List.of("/", "/longer")) {
                        try (var response = client.get(url + path)) {
                            // Nothing was sent yet where the length was found to be wrong: a clear answer. Else a
                            // broken connection.
                            if (response.status() != 500) {
                                assertThrows(IOException.class, response::text);
                            }
                        }
                    }
                }
            }
        });
    }

    @Test
    void response_withManyFields_isSentWhole_andWithTooManyRefused() throws IOException {
        Asyncio.run(() -> {
            Asyncio.getRunningLoop().setExceptionHandler((loop, context) -> {});
            HttpHandler handler = request -> {
                var response = Response.text("done");
                for (int i = 0; i < Integer.parseInt(request.query().get("n", "")); i++) {
                    response.addHeader("X-" + i, "a".repeat(1000));
                }
                return response;
            };
            try (var serving = Http.serve(handler, "127.0.0.1", 0).serving();
                    var streams = connect(serving.server())) {
                for (int count : List.of(1, 2, 5, 30, 100)) {
                    streams.writer()
                            .write(("GET /?n=" + count + " HTTP/1.1\r\nHost: x\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
                    var fields = new String(streams.reader().readExactly(headLength(count)), StandardCharsets.US_ASCII);
                    assertEquals(count, fields.split("\r\nX-", -1).length - 1);
                    assertEquals("done", new String(streams.reader().readExactly(4), StandardCharsets.US_ASCII));
                }
                streams.writer().write("GET /?n=200 HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertTrue(rest(streams).startsWith("HTTP/1.1 500 "));
            }
        });
    }

    /** How long the head of such an answer is. */
    private static int headLength(int fields) {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n";
        int length = head.length()
                + "Date: Fri, 02 Jan 2026 03:04:05 GMT\r\n".length()
                + "Content-Length: 4\r\n\r\n".length();
        for (int i = 0; i < fields; i++) {
            length += ("X-" + i + ": \r\n").length() + 1000;
        }
        return length;
    }

    @Test
    void accessLog_hasALineForEachAnswer_withoutWhatWasNotPrintable() throws IOException {
        try (var log = new LogCapture()) {
            Asyncio.run(() -> {
                try (var serving = Http.serve(request -> Response.text("12345"), "127.0.0.1", 0)
                                .serving();
                        var streams = connect(serving.server())) {
                    streams.writer()
                            .write("GET /a%0Ab HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                    rest(streams);
                }
            });
            String line = log.only("GET /a").message();
            assertTrue(line.startsWith("127.0.0.1 \"GET /a%0Ab HTTP/1.1\" 200 5 "), line);
        }
    }

    @Test
    void withoutJetty_oneMessageNamesTheArtifact() {
        var e = assertThrows(
                IllegalStateException.class,
                () -> JettyHttp.require("org.eclipse.jetty.none.X", HttpLifeTest.class.getClassLoader()));
        assertTrue(e.getMessage().contains("org.eclipse.jetty:jetty-http:12.1"), e.getMessage());
        JettyHttp.require();
    }
}
