package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.weft.testing.TestLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Requests whose frame two readers could see in two ways: each is answered with an error and ends its connection, and what follows it is never
 * taken for a request; however its bytes are split.
 */
final class HttpFramingTest {
    private static final String GET = "GET / HTTP/1.1\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: x\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

    /** What a smuggler would like to be taken for a request. */
    private static final String SECOND = "GET /second HTTP/1.1\r\nHost: x\r\n\r\n";

    record Bad(String name, int status, String request) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bad> malformed() {
        return Stream.of(
                // the request line
                new Bad("no target", 400, "GET HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("no version", 400, "GET /\r\n\r\n"),
                new Bad("only a word", 400, "GET\r\n\r\n"),
                new Bad("two spaces before the target", 400, "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("two spaces before the version", 400, "GET /  HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("space after the version", 400, "GET / HTTP/1.1 \r\nHost: x\r\n\r\n"),
                new Bad("tab instead of space", 400, "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("space before the method", 400, " GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("method is no token", 400, "GE(T / HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("control character in the method", 400, "G\u0001T / HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("NUL in the target", 400, "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("control character in the target", 400, "GET /\u001b HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("DEL in the target", 400, "GET /\u007f HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("byte beyond ASCII in the target", 400, "GET /\u00e4 HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("fragment in the target", 400, "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("target without slash", 400, "GET a HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("asterisk for GET", 400, "GET * HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("credentials in the target", 400, "GET http://u:p@x/ HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("CONNECT", 501, "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n"),
                new Bad("version in lower case", 400, "GET / http/1.1\r\nHost: x\r\n\r\n"),
                new Bad("version with two digits", 400, "GET / HTTP/1.10\r\nHost: x\r\n\r\n"),
                new Bad("version of something else", 400, "GET / HTTQ/1.1\r\nHost: x\r\n\r\n"),
                new Bad("version without minor", 400, "GET / HTTP/1\r\nHost: x\r\n\r\n"),
                new Bad("version 0.9", 505, "GET / HTTP/0.9\r\nHost: x\r\n\r\n"),
                new Bad("version 1.2", 505, "GET / HTTP/1.2\r\nHost: x\r\n\r\n"),
                new Bad("version 2.0", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                new Bad(
                        "request line of 8 KiB and 1",
                        414,
                        "GET /" + "a".repeat(8179) + " HTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("request line without end", 414, "G".repeat(8193)),
                new Bad("TLS where text belongs", 400, "\u0016\u0003\u0001\2\0\1\0\1\u00fc\3\3\r\n\r\n"),
                new Bad("two empty lines before", 400, "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"),
                // line ends
                new Bad("bare LF after the request line", 400, "GET / HTTP/1.1\nHost: x\r\n\r\n"),
                new Bad("bare LF after a field", 400, GET + "Host: x\nA: b\r\n\r\n"),
                new Bad("bare LF at the end of the head", 400, GET + "Host: x\r\n\n"),
                new Bad("bare LFs only", 400, "GET / HTTP/1.1\nHost: x\n\n"),
                new Bad("bare CR in the request line", 400, "GET /\rHTTP/1.1\r\nHost: x\r\n\r\n"),
                new Bad("bare CR after a field", 400, GET + "Host: x\rA: b\r\n\r\n"),
                new Bad("bare CR in a value", 400, GET + "Host: x\r\nA: b\rc\r\n\r\n"),
                new Bad("CR CR LF", 400, GET + "Host: x\r\r\n\r\n"),
                // fields
                new Bad("space before the colon", 400, GET + "Host : x\r\n\r\n"),
                new Bad("tab before the colon", 400, GET + "Host: x\r\nA\t: b\r\n\r\n"),
                new Bad("space before Content-Length's colon", 400, POST + "Content-Length : 5\r\n\r\nhello"),
                new Bad("leading space in the first field", 400, GET + " Host: x\r\n\r\n"),
                new Bad("folded line", 400, GET + "Host: x\r\nA: b\r\n c\r\n\r\n"),
                new Bad("folded line with tab", 400, GET + "Host: x\r\nA: b\r\n\tc\r\n\r\n"),
                new Bad("folded framing", 400, POST + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
                new Bad("field without colon", 400, GET + "Host: x\r\nA\r\n\r\n"),
                new Bad("field without name", 400, GET + "Host: x\r\n: b\r\n\r\n"),
                new Bad("NUL in a name", 400, GET + "Host: x\r\nA\0: b\r\n\r\n"),
                new Bad("control character in a name", 400, GET + "Host: x\r\nA\u0001: b\r\n\r\n"),
                new Bad(
                        "vertical tab before Transfer-Encoding",
                        400,
                        POST + "\u000bTransfer-Encoding: chunked\r\n\r\n"),
                new Bad("byte beyond ASCII in a name", 400, GET + "Host: x\r\n\u00c4: b\r\n\r\n"),
                new Bad("bracket in a name", 400, GET + "Host: x\r\nA[b]: c\r\n\r\n"),
                new Bad("NUL in a value", 400, GET + "Host: x\r\nA: b\0c\r\n\r\n"),
                new Bad("control character in a value", 400, GET + "Host: x\r\nA: b\u0008c\r\n\r\n"),
                new Bad("DEL in a value", 400, GET + "Host: x\r\nA: b\u007fc\r\n\r\n"),
                new Bad("field of 64 KiB and 1", 431, GET + "Host: x\r\nA: " + "a".repeat(65_537) + "\r\n\r\n"),
                new Bad(
                        "fields of more than 32 KiB",
                        431,
                        GET + ("A: " + "a".repeat(8000) + "\r\n").repeat(5) + "\r\n"),
                new Bad("101 fields", 431, GET + "Host: x\r\n" + "A: b\r\n".repeat(100) + "\r\n"),
                // the host
                new Bad("no Host", 400, GET + "A: b\r\n\r\n"),
                new Bad("no fields", 400, GET + "\r\n"),
                new Bad("two Hosts", 400, GET + "Host: x\r\nHost: y\r\n\r\n"),
                new Bad("the same Host twice", 400, GET + "Host: x\r\nHost: x\r\n\r\n"),
                new Bad("Host with space", 400, GET + "Host: x y\r\n\r\n"),
                new Bad("Host with path", 400, GET + "Host: x/y\r\n\r\n"),
                new Bad("Host with credentials", 400, GET + "Host: a@x\r\n\r\n"),
                new Bad("Host without name", 400, GET + "Host: :80\r\n\r\n"),
                new Bad("Host with port 0", 400, GET + "Host: x:0\r\n\r\n"),
                new Bad("Host with port 65536", 400, GET + "Host: x:65536\r\n\r\n"),
                new Bad("Host with a word for a port", 400, GET + "Host: x:http\r\n\r\n"),
                new Bad("Host with a colon at its end", 400, GET + "Host: x:\r\n\r\n"),
                new Bad("Host with an open bracket", 400, GET + "Host: [::1\r\n\r\n"),
                new Bad("Host with empty brackets", 400, GET + "Host: []\r\n\r\n"),
                new Bad("Host beyond ASCII", 400, GET + "Host: \u00e4\r\n\r\n"),
                new Bad("Host with percent sign", 400, GET + "Host: %41\r\n\r\n"),
                new Bad("Host with comma", 400, GET + "Host: x,y\r\n\r\n"),
                // the length
                new Bad("two lengths", 400, POST + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
                new Bad("the same length twice", 400, POST + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
                new Bad("lengths in a list", 400, POST + "Content-Length: 5, 5\r\n\r\nhello"),
                new Bad("length with plus", 400, POST + "Content-Length: +5\r\n\r\nhello"),
                new Bad("length with minus", 400, POST + "Content-Length: -5\r\n\r\nhello"),
                new Bad("length in hexadecimal", 400, POST + "Content-Length: 0x5\r\n\r\nhello"),
                new Bad("length with space", 400, POST + "Content-Length: 5 5\r\n\r\nhello"),
                new Bad("length with dot", 400, POST + "Content-Length: 5.0\r\n\r\nhello"),
                new Bad("length with underscore", 400, POST + "Content-Length: 1_0\r\n\r\nhello"),
                new Bad("length in other digits", 400, POST + "Content-Length: \u00b2\r\n\r\nhello"),
                new Bad("empty length", 400, POST + "Content-Length:\r\n\r\nhello"),
                new Bad("length of 10^30", 400, POST + "Content-Length: 1" + "0".repeat(30) + "\r\n\r\nhello"),
                new Bad("length of 2^63", 400, POST + "Content-Length: 9223372036854775808\r\n\r\nhello"),
                new Bad("length beyond the limit", 413, POST + "Content-Length: 1048577\r\n\r\nhello"),
                // transfer codings
                new Bad(
                        "length and chunked",
                        400,
                        POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                new Bad(
                        "chunked and length",
                        400,
                        POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
                new Bad("chunked, chunked", 400, POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
                new Bad(
                        "chunked twice",
                        400,
                        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                new Bad("chunked not last", 400, POST + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
                new Bad(
                        "chunked not last, two fields",
                        400,
                        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
                new Bad("xchunked", 400, POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
                new Bad("quoted chunked", 400, POST + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
                new Bad("chunked with parameter", 400, POST + "Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n"),
                new Bad("identity", 400, POST + "Transfer-Encoding: identity\r\n\r\n"),
                new Bad("empty coding", 400, POST + "Transfer-Encoding:\r\n\r\n0\r\n\r\n"),
                new Bad("gzip, chunked", 501, POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                new Bad("comma, chunked", 501, POST + "Transfer-Encoding: , chunked\r\n\r\n0\r\n\r\n"),
                new Bad("chunked in HTTP/1.0", 400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                new Bad("expectation unknown", 417, POST + "Expect: 200-ok\r\nContent-Length: 5\r\n\r\nhello"),
                // chunks
                new Bad("chunk size with plus", 400, CHUNKED + "+5\r\nhello\r\n0\r\n\r\n"),
                new Bad("chunk size with minus", 400, CHUNKED + "-5\r\nhello\r\n0\r\n\r\n"),
                new Bad("chunk size with space before", 400, CHUNKED + " 5\r\nhello\r\n0\r\n\r\n"),
                new Bad("chunk size with space after", 400, CHUNKED + "5 \r\nhello\r\n0\r\n\r\n"),
                new Bad("chunk size with 0x", 400, CHUNKED + "0x5\r\nhello\r\n0\r\n\r\n"),
                new Bad("chunk size of 17 digits", 400, CHUNKED + "00000000000000005\r\nhello\r\n0\r\n\r\n"),
                new Bad(
                        "chunk size of 16 digits that is negative",
                        400,
                        CHUNKED + "ffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
                new Bad(
                        "chunk size beyond the limit",
                        413,
                        CHUNKED + "100001\r\n" + "a".repeat(0x100001) + "\r\n0\r\n\r\n"),
                new Bad("empty chunk size", 400, CHUNKED + "\r\nhello\r\n0\r\n\r\n"),
                new Bad("chunk size is no number", 400, CHUNKED + "five\r\nhello\r\n0\r\n\r\n"),
                new Bad("chunk size with underscore", 400, CHUNKED + "0_5\r\nhello\r\n0\r\n\r\n"),
                new Bad("LF after chunk size", 400, CHUNKED + "5\nhello\r\n0\r\n\r\n"),
                new Bad("CR alone after chunk size", 400, CHUNKED + "5\rhello\r\n0\r\n\r\n"),
                new Bad("CR in extension", 400, CHUNKED + "5;a\rb\r\nhello\r\n0\r\n\r\n"),
                new Bad("LF in extension", 400, CHUNKED + "5;a\nb\r\nhello\r\n0\r\n\r\n"),
                new Bad("NUL in extension", 400, CHUNKED + "5;a\0\r\nhello\r\n0\r\n\r\n"),
                new Bad("empty extension", 400, CHUNKED + "5;\r\nhello\r\n0\r\n\r\n"),
                new Bad("chunk line of 257 bytes", 400, CHUNKED + "5;" + "a".repeat(255) + "\r\nhello\r\n0\r\n\r\n"),
                new Bad("no CRLF after chunk data", 400, CHUNKED + "5\r\nhello0\r\n\r\n"),
                new Bad("LF after chunk data", 400, CHUNKED + "5\r\nhello\n0\r\n\r\n"),
                new Bad("chunk data longer than its size", 400, CHUNKED + "4\r\nhello\r\n0\r\n\r\n"),
                new Bad("LF after the last chunk", 400, CHUNKED + "0\n\r\n"),
                // trailers
                new Bad("trailer with length", 400, CHUNKED + "0\r\nContent-Length: 5\r\n\r\n"),
                new Bad("trailer with transfer coding", 400, CHUNKED + "0\r\nTransfer-Encoding: chunked\r\n\r\n"),
                new Bad("trailer with host", 400, CHUNKED + "0\r\nHost: y\r\n\r\n"),
                new Bad("trailer without colon", 400, CHUNKED + "0\r\nA\r\n\r\n"),
                new Bad("trailer with space before its colon", 400, CHUNKED + "0\r\nA : b\r\n\r\n"),
                new Bad("folded trailer", 400, CHUNKED + "0\r\nA: b\r\n c\r\n\r\n"),
                new Bad("trailer with bare LF", 400, CHUNKED + "0\r\nA: b\n\r\n"),
                new Bad("trailer with bare CR", 400, CHUNKED + "0\r\nA: b\rc\r\n\r\n"),
                new Bad("trailer with NUL", 400, CHUNKED + "0\r\nA: \0\r\n\r\n"),
                new Bad("trailers of more than 8 KiB", 431, CHUNKED + "0\r\nA: " + "a".repeat(8193) + "\r\n\r\n"),
                new Bad("101 trailers", 431, CHUNKED + "0\r\n" + "A: b\r\n".repeat(101) + "\r\n"));
    }

    private final TestLoop loop = new TestLoop();
    private final List<String> handled = new ArrayList<>();

    /** Reads the body and says what was asked for. */
    private final HttpHandler handler = request -> {
        request.body().readAll();
        handled.add(request.rawPath());
        return Response.text("served");
    };

    @BeforeEach
    void reset() {
        handled.clear();
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private void assertRefused(Bad bad, FakeConnection connection, Object how) {
        String sent = connection.sent();
        String first = sent.lines().findFirst().orElse("nothing");
        assertTrue(first.startsWith("HTTP/1.1 " + bad.status + " "), () -> how + ": answered " + first);
        assertTrue(sent.contains("Connection: close\r\n"), sent);
        assertEquals(1, sent.split("HTTP/1\\.1 \\d", -1).length - 1, sent);
        assertTrue(connection.sentEof(), () -> how + ": not closed");
        assertEquals(List.of(), handled, () -> how + ": handled");
        connection.feedEof();
        assertTrue(connection.isClosed(), () -> how + ": still open");
    }

    private void feed(byte[] bytes, int first) {
        var connection = new FakeConnection(loop, HttpServerOptions.DEFAULT, handler);
        connection.feed(bytes, 0, first);
        connection.feed(bytes, first, bytes.length - first);
        ended = connection;
    }

    private FakeConnection ended;

    @ParameterizedTest
    @MethodSource("malformed")
    void malformed_whole_isRefusedAndNothingAfterItServed(Bad bad) {
        var connection = new FakeConnection(loop, HttpServerOptions.DEFAULT, handler);
        connection.feed(bad.request + SECOND);
        assertRefused(bad, connection, "whole");
        connection.feedEof();
        assertTrue(connection.isClosed());
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformed_byteByByte_isRefusedAlike(Bad bad) {
        byte[] bytes = (shortened(bad.request) + SECOND).getBytes(StandardCharsets.ISO_8859_1);
        var connection = new FakeConnection(loop, HttpServerOptions.DEFAULT, handler);
        for (int i = 0; i < bytes.length; i++) {
            connection.feed(bytes, i, 1);
        }
        if (bytes.length < bad.request.length()) {
            connection.feedEof();
            return; // a long body: split below
        }
        assertRefused(bad, connection, "byte by byte");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformed_splitAtEveryOffset_isRefusedAlike(Bad bad) {
        byte[] bytes = (bad.request + SECOND).getBytes(StandardCharsets.ISO_8859_1);
        // A long one repeats itself in its middle: its ends, and steps in between.
        int step = bytes.length > 2000 ? 997 : 1;
        for (int at = 1; at < bytes.length; at += at < 300 || at > bytes.length - 300 ? 1 : step) {
            feed(bytes, at);
            assertRefused(bad, ended, "split at " + at);
        }
    }

    private static String shortened(String request) {
        return request.length() > 200_000 ? request.substring(0, 200) : request;
    }

    @Test
    void malformed_table_hasTheRowsThatAreAskedFor() {
        assertTrue(malformed().count() >= 60);
        assertEquals(malformed().count(), malformed().map(Bad::name).distinct().count());
    }

    @Test
    void requestAfterConnectionClose_isNotServed() {
        var connection = new FakeConnection(loop, HttpServerOptions.DEFAULT, handler);
        connection.feed("GET /first HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + SECOND);
        assertEquals(List.of("/first"), handled);
        assertTrue(connection.sent().startsWith("HTTP/1.1 200 "));
        assertEquals(1, connection.sent().split("HTTP/1\\.1 ", -1).length - 1);
    }

    @Test
    void hosts_ofEveryForm_areTaken() {
        for (String host :
                List.of("", "x", "x:1", "X.example-1_2:65535", "[::1]", "[::ffff:1.2.3.4]:80", "1.2.3.4", "\t x \t")) {
            var connection = new FakeConnection(loop, HttpServerOptions.DEFAULT, handler);
            connection.feed(GET + "hOsT:" + host + "\r\n\r\n");
            assertTrue(connection.sent().startsWith("HTTP/1.1 200 "), host + " " + connection.sent());
            connection.feedEof();
        }
    }

    @Test
    void refusals_writeNothingIntoTheLog() {
        var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME); // of Jetty's too
        var logged = new ListAppender<ILoggingEvent>();
        logged.start();
        root.addAppender(logged);
        try {
            malformed().forEach(bad -> {
                var connection = new FakeConnection(loop, HttpServerOptions.DEFAULT, handler);
                connection.feed(bad.request);
                connection.feedEof();
            });
        } finally {
            root.detachAppender(logged);
        }
        assertEquals(
                List.of(),
                logged.list.stream()
                        .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                        .map(ILoggingEvent::getFormattedMessage)
                        .toList());
    }

    @Test
    void endInsideABody_isRefused() {
        for (String request :
                List.of(POST + "Content-Length: 5\r\n\r\nhell", CHUNKED, CHUNKED + "5\r\nhello\r\n0\r\n")) {
            var connection = new FakeConnection(loop, HttpServerOptions.DEFAULT, handler);
            connection.feed(request);
            connection.feedEof();
            assertTrue(connection.sent().startsWith("HTTP/1.1 400 "), connection.sent());
            assertTrue(connection.isClosed());
        }
        assertEquals(List.of(), handled);
    }

    @Test
    void malformedBody_readWhileTheAnswerIsWritten_isRefusedOrBreaksTheAnswer() {
        for (boolean flushed : List.of(false, true)) {
            HttpHandler echo = request -> Response.stream("text/plain", out -> {
                for (byte[] part = request.body().read(100);
                        part.length > 0;
                        part = request.body().read(100)) {
                    out.write(part);
                    if (flushed) {
                        out.flush();
                    }
                }
            });
            var connection = new FakeConnection(loop, HttpServerOptions.DEFAULT, echo);
            connection.feed(CHUNKED + "5\r\nhello\r\nnonsense\r\n" + SECOND);
            assertEquals(flushed, connection.isAborted());
            assertTrue(connection.sent().startsWith(flushed ? "HTTP/1.1 200 " : "HTTP/1.1 400 "), connection.sent());
            assertFalse(connection.sent().contains("0\r\n\r\n"));
            connection.feedEof();
            assertTrue(connection.isClosed());
        }
    }

    @Test
    void endInsideAHead_isRefused() {
        var connection = new FakeConnection(loop, HttpServerOptions.DEFAULT, handler);
        connection.feed("GET / HT");
        connection.feedEof();
        assertTrue(connection.sent().startsWith("HTTP/1.1 400 "), connection.sent());
        assertTrue(connection.isClosed());
    }

    @Test
    void endBetweenRequests_isTheEnd() {
        var connection = new FakeConnection(loop, HttpServerOptions.DEFAULT, handler);
        connection.feed(SECOND);
        connection.feedEof();
        assertEquals(List.of("/second"), handled);
        assertTrue(connection.isClosed());
        assertFalse(connection.isAborted());
    }

    @Test
    void wellFormed_splitAtEveryOffset_isServedAlike() {
        String request = "\r\n" + POST
                + "A: \tb \r\nTransfer-Encoding: Chunked\r\n\r\n5;a=\"b c\"\r\nhello\r\n000A\r\n0123456789\r\n0\r\n"
                + "Sum: 7\r\n\r\n" + "GET http://x/abs?q HTTP/1.1\r\nHost: other\r\n\r\n" + SECOND;
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 1; at < bytes.length; at++) {
            handled.clear();
            feed(bytes, at);
            assertEquals(List.of("/", "/abs", "/second"), handled, "split at " + at);
            assertEquals(3, ended.sent().split("HTTP/1\\.1 200", -1).length - 1);
            assertFalse(ended.sentEof());
            ended.feedEof();
        }
    }
}
