package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Event;
import dev.weft.ScopeBody;
import dev.weft.io.Net;
import dev.weft.io.StreamHandler;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client sends, what it makes of answers, and what becomes of its connections. */
final class HttpClientTest {
    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A server of this package, and a client. */
    private static void with(HttpHandler handler, HttpClientOptions options, ScopeBody<Peers, Exception> body)
            throws Exception {
        Asyncio.run(() -> {
            try (var serving = Http.serve(handler, "127.0.0.1", 0).serving();
                    var client = new HttpClient(options)) {
                body.run(
                        new Peers(client, "http://127.0.0.1:" + serving.server().port()));
            }
        });
    }

    record Peers(HttpClient client, String url) {}

    /** A server that sends what a test says, whatever it is asked. */
    private static void withAnswers(HttpClientOptions options, ScopeBody<Peers, Exception> body, String... answers)
            throws Exception {
        var left = new ArrayList<>(List.of(answers));
        StreamHandler handler = (reader, writer) -> {
            try (writer) {
                while (!left.isEmpty()) {
                    reader.readUntil(ascii("\r\n\r\n"));
                    writer.write(ascii(left.removeFirst()));
                    writer.drain();
                }
            }
        };
        Asyncio.run(() -> {
            var started = Net.startServer(handler, "127.0.0.1", 0);
            try (var serving = started.serving();
                    var client = new HttpClient(options)) {
                body.run(
                        new Peers(client, "http://127.0.0.1:" + serving.server().port()));
            }
        });
    }

    @Test
    void send_severalRequests_useOneConnection() throws Exception {
        var seen = new ArrayList<String>();
        with(
                request -> {
                    seen.add(request.remoteAddress() + "");
                    return Response.text(request.method() + " " + request.target() + " " + request.header("Host") + " "
                            + request.body().text());
                },
                HttpClientOptions.DEFAULT,
                peers -> {
                    String host = peers.url.substring(7);
                    try (var response = peers.client.get(peers.url + "/a?b=c#d")) {
                        assertEquals(200, response.status());
                        assertEquals("GET /a?b=c " + host + " ", response.text());
                    }
                    var post = ClientRequest.post(peers.url).body("text/plain", "hello");
                    assertEquals(
                            "POST / " + host + " hello", peers.client.send(post).text());
                    var slashes = peers.client.get(peers.url + "//x/y");
                    assertEquals("GET //x/y " + host + " ", slashes.text());
                    assertEquals(1, peers.client.connections());
                });
        assertEquals(3, seen.size());
        assertEquals(1, seen.stream().distinct().count());
    }

    @Test
    void send_streamedBody_goesAndComesPieceByPiece() throws Exception {
        HttpHandler echo = request -> Response.stream("application/octet-stream", out -> {
            for (byte[] part = request.body().limit(1L << 30).read(8192); part.length > 0; ) {
                out.write(part);
                part = request.body().read(8192);
            }
        });
        with(echo, HttpClientOptions.DEFAULT, peers -> {
            var request = ClientRequest.post(peers.url).body("application/octet-stream", out -> {
                for (int i = 0; i < 1000; i++) {
                    out.write(new byte[5000]);
                }
            });
            try (var response = peers.client.send(request)) {
                long length = 0;
                for (byte[] part = response.body().read(65536);
                        part.length > 0;
                        part = response.body().read(65536)) {
                    length += part.length;
                }
                assertEquals(5_000_000, length);
            }
        });
    }

    @Test
    void send_gzip_isDecodedAndItsLimitCounts() throws Exception {
        Asyncio.run(() -> {
            HttpHandler handler = request -> Response.text("a".repeat(100_000));
            var options = HttpServerOptions.DEFAULT.gzip(1000);
            try (var serving = Http.serve(handler, "127.0.0.1", 0, options).serving();
                    var client = new HttpClient()) {
                String url = "http://127.0.0.1:" + serving.server().port();
                try (var response = client.get(url)) {
                    assertEquals("gzip", response.header("Content-Encoding"));
                    assertEquals(100_000, response.text().length());
                }
                try (var response = client.get(url)) {
                    response.body().limit(99_999);
                    assertThrows(HttpProtocolException.class, response::text);
                }
                var plain = ClientRequest.get(url).header("Accept-Encoding", "identity");
                try (var response = client.send(plain)) {
                    assertEquals(null, response.header("Content-Encoding"));
                    assertEquals(100_000, response.body().readAll().length);
                }
            }
        });
    }

    @Test
    void redirects_followTheRulesOfMethods() throws Exception {
        var router = new Router()
                .route(
                        "*",
                        "/to/{status}",
                        request -> Response.redirect(Integer.parseInt(request.pathParameter("status")), "/end?x"))
                .route(
                        "*",
                        "/end",
                        request -> Response.text(
                                request.method() + " " + request.body().text() + " " + request.header("Content-Type")));
        with(router, HttpClientOptions.DEFAULT, peers -> {
            for (int status : List.of(301, 302, 303, 307, 308)) {
                boolean keeps = status > 303;
                String expected = keeps ? "POST hello text/plain" : "GET  null";
                var post = ClientRequest.post(peers.url + "/to/" + status).body("text/plain", "hello");
                try (var response = peers.client.send(post)) {
                    assertEquals(expected, response.text(), "after " + status);
                    assertEquals(peers.url + "/end?x", response.url().toString());
                }
                var put = ClientRequest.of("PUT", peers.url + "/to/" + status).body("text/plain", "hello");
                assertEquals(
                        status == 303 ? "GET  null" : "PUT hello text/plain",
                        peers.client.send(put).text());
                try (var response = peers.client.send(ClientRequest.of("HEAD", peers.url + "/to/" + status))) {
                    assertEquals(200, response.status());
                    assertEquals("", response.text());
                }
            }
            var streamed = ClientRequest.post(peers.url + "/to/307").body("text/plain", out -> out.write("hello"));
            try (var response = peers.client.send(streamed)) {
                assertEquals(307, response.status()); // its body cannot be had again
            }
        });
    }

    @Test
    void redirects_inACircle_end() throws Exception {
        var asked = new int[1];
        HttpHandler circle = request -> {
            asked[0]++;
            return Response.redirect(302, "/");
        };
        with(circle, HttpClientOptions.DEFAULT.redirects(3), peers -> {
            var e = assertThrows(IOException.class, () -> peers.client.get(peers.url));
            assertTrue(e.getMessage().startsWith("more than 3 redirects"), e.getMessage());
            assertEquals(4, asked[0]);
        });
        with(circle, HttpClientOptions.DEFAULT.redirects(0), peers -> {
            try (var response = peers.client.get(peers.url)) {
                assertEquals(302, response.status());
            }
        });
    }

    @Test
    void redirects_toAnotherOrigin_dropCredentials() throws Exception {
        Asyncio.run(() -> {
            HttpHandler show = request -> Response.text(
                    request.header("Authorization") + " " + request.header("Cookie") + " " + request.header("X-Id"));
            try (var second = Http.serve(show, "127.0.0.1", 0).serving();
                    var client = new HttpClient()) {
                String elsewhere = "http://127.0.0.1:" + second.server().port() + "/";
                var router = new Router()
                        .get("/away", request -> Response.redirect(302, elsewhere))
                        .get("/here", request -> Response.redirect(302, "/"))
                        .get("/", show);
                try (var first = Http.serve(router, "127.0.0.1", 0).serving()) {
                    String url = "http://127.0.0.1:" + first.server().port();
                    for (String path : List.of("/here", "/away")) {
                        var request = ClientRequest.get(url + path)
                                .header("Authorization", "Basic eA==")
                                .header("Cookie", "a=b")
                                .header("X-Id", "7");
                        try (var response = client.send(request)) {
                            assertEquals(path.equals("/here") ? "Basic eA== a=b 7" : "null null 7", response.text());
                        }
                    }
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nhello",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
                "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
                "HTTP/1.1 200 OK\r\nA : b\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 20 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 2000 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 600 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/2.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "hello",
                "",
                "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n"
            })
    void malformedResponse_failsAndClosesTheConnection(String answer) throws Exception {
        withAnswers(
                HttpClientOptions.DEFAULT,
                peers -> {
                    assertThrows(IOException.class, () -> {
                        try (var response = peers.client.get(peers.url)) {
                            response.text();
                        }
                    });
                    assertEquals(0, peers.client.connections());
                },
                answer);
    }

    @Test
    void response_untilTheEndOfTheConnection_isRead() throws Exception {
        withAnswers(
                HttpClientOptions.DEFAULT,
                peers -> {
                    assertEquals("hello", peers.client.get(peers.url).text());
                    assertEquals(0, peers.client.connections());
                },
                "HTTP/1.0 200 OK\r\n\r\nhello");
    }

    @Test
    void response_afterInterimOnes_isTheOneThatCounts() throws Exception {
        withAnswers(
                HttpClientOptions.DEFAULT,
                peers -> assertEquals("hello", peers.client.get(peers.url).text()),
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
                        + "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello");
    }

    @Test
    void response_withMoreBytesThanItsLength_isNotFollowedByAnotherOnThatConnection() throws Exception {
        withAnswers(
                HttpClientOptions.DEFAULT,
                peers -> {
                    assertEquals("hello", peers.client.get(peers.url).text());
                    assertEquals(0, peers.client.connections());
                },
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    }

    @Test
    void keptConnection_closedMeanwhile_isReplacedForWhatMayBeRepeated() throws Exception {
        var connections = new int[1];
        StreamHandler oneEach = (reader, writer) -> {
            connections[0]++;
            reader.readUntil(ascii("\r\n\r\n"));
            writer.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
            // The second request comes, and is never answered.
            if (reader.read(1).length > 0) {
                writer.transport().abort();
            }
            writer.close();
        };
        Asyncio.run(() -> {
            var started = Net.startServer(oneEach, "127.0.0.1", 0);
            try (var serving = started.serving();
                    var client = new HttpClient()) {
                String url = "http://127.0.0.1:" + serving.server().port();
                assertEquals("ok", client.get(url).text());
                assertEquals("ok", client.get(url).text()); // over a second connection
                assertEquals(2, connections[0]);
                var post = ClientRequest.post(url).body("text/plain", "x");
                assertThrows(IOException.class, () -> client.send(post));
                assertEquals(2, connections[0]);
                assertEquals("ok", client.send(post).text()); // no kept connection is left
            }
        });
    }

    @Test
    void timeLimits_passing_closeTheConnection() throws Exception {
        StreamHandler silent = (reader, writer) -> {
            reader.readUntil(ascii("\r\n\r\n"));
            writer.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"));
            reader.readAll();
            writer.close();
        };
        StreamHandler mute = (reader, writer) -> {
            reader.readAll();
            writer.close();
        };
        for (StreamHandler handler : List.of(silent, mute)) {
            for (boolean total : List.of(true, false)) {
                Duration limit = Duration.ofMillis(50);
                var options = total
                        ? HttpClientOptions.DEFAULT.totalTimeout(limit)
                        : HttpClientOptions.DEFAULT.stallTimeout(limit);
                Asyncio.run(() -> {
                    var started = Net.startServer(handler, "127.0.0.1", 0);
                    try (var serving = started.serving();
                            var client = new HttpClient(options)) {
                        assertThrows(SocketTimeoutException.class, () -> {
                            try (var response = client.get(
                                    "http://127.0.0.1:" + serving.server().port())) {
                                response.text();
                            }
                        });
                        assertEquals(0, client.connections());
                    }
                });
            }
        }
    }

    @Test
    void cancel_whileWaiting_closesTheConnection() throws Exception {
        Asyncio.run(() -> {
            var asked = new Event();
            StreamHandler mute = (reader, writer) -> {
                reader.readUntil(ascii("\r\n\r\n"));
                asked.set();
                reader.readAll(); // to the end, which is the client's
                writer.close();
            };
            var started = Net.startServer(mute, "127.0.0.1", 0);
            try (var serving = started.serving();
                    var client = new HttpClient()) {
                var task = Asyncio.createTask(
                        () -> client.get("http://127.0.0.1:" + serving.server().port()));
                asked.await();
                task.cancel();
                assertThrows(CancelledError.class, task::await);
                assertEquals(0, client.connections());
            } // ends, because the connection did
        });
    }

    @Test
    void connections_toOneOrigin_areBounded() throws Exception {
        var active = new int[2];
        HttpHandler handler = request -> {
            active[1] = Math.max(active[1], ++active[0]);
            Asyncio.yieldNow();
            active[0]--;
            return Response.text("ok");
        };
        with(handler, HttpClientOptions.DEFAULT.connectionsPerOrigin(3), peers -> {
            Asyncio.taskGroup(group -> {
                for (int i = 0; i < 30; i++) {
                    group.createTask(
                            () -> assertEquals("ok", peers.client.get(peers.url).text()));
                }
            });
            assertTrue(active[1] <= 3);
            assertTrue(peers.client.connections() <= 3);
        });
    }

    @Test
    void response_closedEarly_givesTheConnectionUp() throws Exception {
        HttpHandler endless = request -> Response.stream("text/plain", out -> {
            while (true) {
                out.write(new byte[10_000]);
            }
        });
        with(endless, HttpClientOptions.DEFAULT.connectionsPerOrigin(1), peers -> {
            for (int i = 0; i < 5; i++) { // each needs the one connection
                try (var response = peers.client.get(peers.url)) {
                    assertEquals(100, response.body().read(100).length);
                }
                assertEquals(0, peers.client.connections());
            }
        });
    }

    @Test
    void response_readOrClosedOnceMoreAfterItsEnd_doesNotTouchTheNextOneOfItsConnection() throws Exception {
        with(request -> Response.text(request.rawPath().repeat(100_000)), HttpClientOptions.DEFAULT, peers -> {
            var first = peers.client.get(peers.url + "/a");
            assertEquals(200_000, first.text().length());
            var second = peers.client.get(peers.url + "/b");
            assertEquals(1000, second.body().read(1000).length);
            assertEquals(0, first.body().read(1).length);
            first.close();
            assertEquals(199_000, second.text().length());
            assertEquals(1, peers.client.connections());
            var third = peers.client.get(peers.url + "/c");
            third.close();
            assertThrows(IOException.class, third::text);
            assertEquals(0, peers.client.connections());
        });
    }

    @Test
    void send_longBodyAtHand_goesPieceByPiece() throws Exception {
        HttpHandler handler = request -> Response.text(request.header("Content-Length") + " "
                + request.body().limit(1L << 30).readAll().length);
        with(handler, HttpClientOptions.DEFAULT, peers -> {
            var request = ClientRequest.of("PUT", peers.url).body("text/plain", new byte[5_000_000]);
            assertEquals("5000000 5000000", peers.client.send(request).text());
            assertEquals(1, peers.client.connections());
        });
    }

    @Test
    void bodyThatFails_failsTheRequest() throws Exception {
        with(request -> Response.text("" + request.body().readAll().length), HttpClientOptions.DEFAULT, peers -> {
            var request = ClientRequest.post(peers.url).body("text/plain", out -> {
                out.write("hel");
                out.flush();
                throw new IllegalArgumentException("no more");
            });
            var e = assertThrows(IOException.class, () -> peers.client.send(request));
            assertEquals("no more", e.getCause().getMessage());
            assertEquals(0, peers.client.connections());
        });
    }

    @Test
    void upgrade_handsTheConnectionOver() throws Exception {
        HttpHandler handler = request -> Response.upgrade("echo", (reader, writer) -> {
            writer.write(ascii("ready"));
            writer.write(reader.readAll());
        });
        with(handler, HttpClientOptions.DEFAULT, peers -> {
            var request =
                    ClientRequest.get(peers.url).header("Connection", "Upgrade").header("Upgrade", "echo");
            var response = peers.client.send(request);
            assertEquals(101, response.status());
            try (var streams = response.streams()) {
                assertEquals(0, peers.client.connections());
                assertArrayEquals(ascii("ready"), streams.reader().readExactly(5));
                streams.writer().write(ascii("hello"));
                streams.writer().writeEof();
                assertArrayEquals(ascii("hello"), streams.reader().readAll());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://x/",
                "x",
                "http:///a",
                "http://u:p@x/",
                "http://x:0/",
                "http://x:65536/",
                "http://x/a b",
                "http://x/\r\nA: b",
                "http://ex\u00e4mple/"
            })
    void url_thatCannotBeAsked_isRefused(String url) {
        assertThrows(IllegalArgumentException.class, () -> ClientRequest.get(url));
    }

    @Test
    void request_withWhatCannotBeSent_isRefused() throws Exception {
        assertThrows(IllegalArgumentException.class, () -> ClientRequest.of("GE T", "http://x/"));
        assertThrows(IllegalArgumentException.class, () -> ClientRequest.of("GET\r\n", "http://x/"));
        assertThrows(
                IllegalArgumentException.class,
                () -> ClientRequest.get("http://x/").header("A", "b\r\nc: d"));
        with(request -> Response.of(204), HttpClientOptions.DEFAULT, peers -> {
            var request = ClientRequest.get(peers.url).header("Transfer-Encoding", "chunked");
            assertThrows(IllegalArgumentException.class, () -> peers.client.send(request));
            peers.client.close();
            assertThrows(IllegalStateException.class, () -> peers.client.get(peers.url));
            assertFalse(peers.client.toString().isEmpty());
        });
    }
}
