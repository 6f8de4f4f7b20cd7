package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Event;
import dev.weft.testing.TestLoop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much of everything a server takes in: as much as the limit says, and not a byte more. */
final class HttpLimitsTest {
    private final TestLoop loop = new TestLoop();
    private HttpServerOptions options = HttpServerOptions.DEFAULT;
    private HttpHandler handler = request -> {
        request.query();
        return Response.text("" + request.body().readAll().length);
    };

    @AfterEach
    void close() {
        loop.close();
    }

    private int status(byte[] request) {
        var connection = new FakeConnection(loop, options, handler);
        connection.feed(request);
        String sent = connection.sent();
        assertTrue(sent.startsWith("HTTP/1.1 "), () -> "answered: " + sent);
        connection.feedEof();
        assertTrue(connection.isClosed());
        return Integer.parseInt(sent.substring(9, 12));
    }

    private int status(String request) {
        return status(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String get(String target, String fields) {
        return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
    }

    private static String post(String fields, String body) {
        return "POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
    }

    private static String chunked(String chunks) {
        return post("Transfer-Encoding: chunked\r\n", chunks);
    }

    @Test
    void requestLine_of8KiB_isTaken_andNotOneByteMore() {
        int rest = "GET / HTTP/1.1".length();
        assertEquals(200, status(get("/" + "a".repeat(8192 - rest), "")));
        assertEquals(414, status(get("/" + "a".repeat(8193 - rest), "")));
        options = options.requestLineBytes(20);
        assertEquals(200, status(get("/" + "a".repeat(20 - rest), "")));
        assertEquals(414, status(get("/" + "a".repeat(21 - rest), "")));
    }

    @Test
    void field_of8KiB_isTaken_andNotOneByteMore() {
        assertEquals(200, status(get("/", "A: " + "a".repeat(8192 - 3) + "\r\n")));
        assertEquals(431, status(get("/", "A: " + "a".repeat(8193 - 3) + "\r\n")));
        options = options.fieldBytes(100);
        assertEquals(200, status(get("/", "A: " + "a".repeat(97) + "\r\n")));
        assertEquals(431, status(get("/", "A: " + "a".repeat(98) + "\r\n")));
    }

    @Test
    void fields_of32KiB_areTaken_andNotMuchMore() {
        String one = "A: " + "a".repeat(8000) + "\r\n";
        assertEquals(200, status(get("/", one.repeat(4))));
        assertEquals(431, status(get("/", one.repeat(5))));
        options = options.headBytes(8100);
        assertEquals(200, status(get("/", one)));
        assertEquals(431, status(get("/", one + one)));
    }

    @Test
    void fields_aHundred_areTaken_andNotOneMore() {
        assertEquals(200, status(get("/", "A: b\r\n".repeat(99)))); // and Host
        assertEquals(431, status(get("/", "A: b\r\n".repeat(100))));
        options = options.fields(3);
        assertEquals(200, status(get("/", "A: b\r\n".repeat(2))));
        assertEquals(431, status(get("/", "A: b\r\n".repeat(3))));
    }

    @Test
    void chunkLine_of256Bytes_isTaken_andNotOneByteMore() {
        assertEquals(200, status(chunked("1;" + "a".repeat(254) + "\r\nb\r\n0\r\n\r\n")));
        assertEquals(400, status(chunked("1;" + "a".repeat(255) + "\r\nb\r\n0\r\n\r\n")));
        options = options.chunkLineBytes(10);
        assertEquals(200, status(chunked("1;aaaaaaaa\r\nb\r\n0\r\n\r\n")));
        assertEquals(400, status(chunked("1;aaaaaaaaa\r\nb\r\n0\r\n\r\n")));
    }

    @Test
    void chunkExtensions_ofAllChunks_areLimited() {
        String chunk = "1;" + "a".repeat(200) + "\r\nb\r\n";
        assertEquals(200, status(chunked(chunk.repeat(80) + "0\r\n\r\n")));
        assertEquals(400, status(chunked(chunk.repeat(90) + "0\r\n\r\n")));
    }

    @Test
    void trailers_of8KiB_areTaken_andNotOneByteMore() {
        int rest = "A: \r\n".length();
        assertEquals(200, status(chunked("0\r\nA: " + "a".repeat(8192 - rest) + "\r\n\r\n")));
        assertEquals(431, status(chunked("0\r\nA: " + "a".repeat(8193 - rest) + "\r\n\r\n")));
        options = options.trailerBytes(20);
        assertEquals(200, status(chunked("0\r\nA: " + "a".repeat(20 - rest) + "\r\n\r\n")));
        assertEquals(431, status(chunked("0\r\nA: " + "a".repeat(21 - rest) + "\r\n\r\n")));
    }

    @Test
    void body_of1MiB_isTaken_andNotOneByteMore() {
        int limit = 1024 * 1024;
        assertEquals(200, status(post("Content-Length: " + limit + "\r\n", "a".repeat(limit))));
        assertEquals(413, status(post("Content-Length: " + (limit + 1) + "\r\n", "")));
        assertEquals(413, status(chunked("100001\r\n" + "a".repeat(limit + 1) + "\r\n0\r\n\r\n")));
        options = options.bodyBytes(3);
        assertEquals(200, status(post("Content-Length: 3\r\n", "abc")));
        assertEquals(413, status(post("Content-Length: 4\r\n", "abcd")));
        handler = request -> Response.text("" + request.body().limit(4).readAll().length);
        assertEquals(200, status(post("Content-Length: 4\r\n", "abcd")));
    }

    @Test
    void body_packed1000To1_isLimitedByWhatComesOut() throws IOException {
        byte[] packed = gzip(new byte[64 * 1024 * 1024]);
        assertTrue(packed.length < 100_000);
        var head = post("Content-Encoding: gzip\r\nContent-Length: " + packed.length + "\r\n", "");
        assertEquals(413, status(joined(head, packed)));
        byte[] nested = gzip(packed);
        var nestedHead = post("Content-Encoding: gzip, gzip\r\nContent-Length: " + nested.length + "\r\n", "");
        assertEquals(200, status(joined(nestedHead, nested))); // not decoded: short, and the handler's own affair
        byte[] small = gzip(new byte[1024 * 1024]);
        var smallHead = post("Content-Encoding: gzip\r\nContent-Length: " + small.length + "\r\n", "");
        assertEquals(200, status(joined(smallHead, small)));
    }

    @Test
    void body_packedAndBroken_isRefused() throws IOException {
        byte[] packed = gzip("hello, hello, hello".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < packed.length; i++) {
            if (i >= 4 && i < 10) {
                continue; // time, flags and system are not covered by the check sum
            }
            byte[] broken = packed.clone();
            broken[i] ^= 0x55;
            var head = post("Content-Encoding: gzip\r\nContent-Length: " + packed.length + "\r\n", "");
            assertEquals(400, status(joined(head, broken)), "byte " + i);
        }
        for (int length = 1; length < packed.length; length++) {
            var head = post("Content-Encoding: gzip\r\nContent-Length: " + length + "\r\n", "");
            assertEquals(400, status(joined(head, Arrays.copyOf(packed, length))), "length " + length);
        }
    }

    @Test
    void query_aHundredParameters_areTaken_andNotOneMore() {
        assertEquals(200, status(get("/?" + "a=b&".repeat(100), "")));
        assertEquals(413, status(get("/?" + "a=b&".repeat(101), "")));
    }

    @Test
    void form_aHundredFields_areTaken_andNotOneMore() {
        handler =
                request -> Response.text("" + request.body().form().getAll("a").size());
        String type = "Content-Type: application/x-www-form-urlencoded\r\n";
        assertEquals(200, status(post(type + "Content-Length: 400\r\n", "a=b&".repeat(100))));
        assertEquals(413, status(post(type + "Content-Length: 404\r\n", "a=b&".repeat(101))));
        options = options.formParts(1);
        assertEquals(200, status(post(type + "Content-Length: 3\r\n", "a=b")));
        assertEquals(413, status(post(type + "Content-Length: 7\r\n", "a=b&a=b")));
        assertEquals(415, status(post("Content-Length: 7\r\n", "a=b&a=b")));
    }

    @Test
    void multipart_aHundredParts_areTaken_andNotOneMore() {
        handler = request -> {
            int parts = 0;
            for (Part part : request.body().multipart()) {
                assertEquals("b", part.text());
                parts++;
            }
            return Response.text("" + parts);
        };
        String part = "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n";
        for (int count : List.of(1, 100, 101)) {
            String body = part.repeat(count) + "--X--\r\n";
            String fields =
                    "Content-Type: multipart/form-data; boundary=X\r\nContent-Length: " + body.length() + "\r\n";
            assertEquals(count > 100 ? 413 : 200, status(post(fields, body)), count + " parts");
        }
    }

    @Test
    void pipeline_isAnsweredInOrder_andNeverParsedAhead() {
        var active = new ArrayList<String>();
        var answered = new ArrayList<String>();
        var gate = new Event[1];
        handler = request -> {
            active.add(request.rawPath());
            gate[0].await();
            answered.add(request.rawPath());
            return Response.text(request.rawPath());
        };
        loop.run(() -> {
            gate[0] = new Event();
        });
        var connection = new FakeConnection(loop, options, handler);
        var requests = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            requests.append(get("/" + i, ""));
        }
        connection.feed(requests.toString());
        assertEquals(List.of("/0"), active); // 1 <= 32 requests under way
        loop.run(gate[0]::set);
        loop.runReady();
        assertEquals(1000, answered.size());
        var order = new ArrayList<String>();
        for (String line : connection.sent().split("\r\n\r\n", -1)) {
            int slash = line.indexOf('/');
            if (slash == 0) {
                order.add(line.substring(0, line.indexOf("HTTP") < 0 ? line.length() : line.indexOf("HTTP")));
            }
        }
        assertEquals(answered, order);
    }

    @Test
    void options_withWrongValues_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> options.requestLineBytes(0));
        assertThrows(IllegalArgumentException.class, () -> options.fieldBytes(-1));
        assertThrows(IllegalArgumentException.class, () -> options.headBytes(0));
        assertThrows(IllegalArgumentException.class, () -> options.fields(0));
        assertThrows(IllegalArgumentException.class, () -> options.chunkLineBytes(0));
        assertThrows(IllegalArgumentException.class, () -> options.trailerBytes(0));
        assertThrows(IllegalArgumentException.class, () -> options.bodyBytes(-1));
        assertThrows(IllegalArgumentException.class, () -> options.formParts(0));
        assertThrows(IllegalArgumentException.class, () -> options.headTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> options.idleTimeout(Duration.ofSeconds(-1)));
        assertThrows(IllegalArgumentException.class, () -> options.bodyTimeout(Duration.ofSeconds(1), 0));
        assertThrows(IllegalArgumentException.class, () -> options.writeTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> options.lingerTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> options.gzip(0));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] joined(String head, byte[] body) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(body);
        return out.toByteArray();
    }
}
