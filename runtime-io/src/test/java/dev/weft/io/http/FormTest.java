package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Forms, encoded in either way, however their bytes are split. */
final class FormTest {
    private static final String BODY = """
        --b-1
        Content-Disposition: form-data; name="text"

        one
        --b-not the boundary
        two
        --b-1
        Content-Disposition: form-data; name="empty"


        --b-1
        Content-Disposition: form-data; name="file \\"x\\""; filename="\u00c3\u00a4;b.txt"
        Content-Type: text/plain; charset=iso-8859-1

        \u00e4
        --b-1--
        """.replace("\n", "\r\n");

    private final TestLoop loop = new TestLoop();
    private final List<String> parts = new ArrayList<>();

    private final HttpHandler handler = request -> {
        for (Part part : request.body().multipart()) {
            parts.add(part.name() + "|" + part.filename() + "|" + part.text());
        }
        return Response.text("ok");
    };

    @AfterEach
    void close() {
        loop.close();
    }

    private static byte[] request(String type, String body) {
        return ("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private String answer(HttpHandler with, byte[] request) {
        var connection = new FakeConnection(loop, HttpServerOptions.DEFAULT, with);
        connection.feed(request);
        connection.feedEof();
        return connection.sent();
    }

    @Test
    void multipart_splitAtEveryOffset_hasTheSameParts() {
        byte[] request = request("multipart/form-data; boundary=b-1", BODY);
        for (int at = 1; at < request.length; at++) {
            parts.clear();
            var connection = new FakeConnection(loop, HttpServerOptions.DEFAULT, handler);
            connection.feed(request, 0, at);
            connection.feed(request, at, request.length - at);
            connection.feedEof();
            assertTrue(connection.sent().startsWith("HTTP/1.1 200 "), connection.sent());
            assertEquals(
                    List.of(
                            "text|null|one\r\n--b-not the boundary\r\ntwo",
                            "empty|null|",
                            "file \"x\"|\u00e4;b.txt|\u00e4"),
                    parts,
                    "split at " + at);
        }
    }

    @Test
    void multipart_partsThatAreNotRead_areSkipped() {
        HttpHandler names = request -> {
            var form = request.body().multipart();
            for (Part part = form.next(); part != null; part = form.next()) {
                parts.add(part.name());
            }
            return Response.text("ok");
        };
        assertTrue(answer(names, request("multipart/form-data; boundary=\"b-1\"", BODY))
                .startsWith("HTTP/1.1 200 "));
        assertEquals(List.of("text", "empty", "file \"x\""), parts);
    }

    @Test
    void multipart_malformed_isRefused() {
        var bad = List.of(
                "",
                "--b-1",
                "--b-1--",
                "--b-1\r\n\r\nno name\r\n--b-1--",
                "--b-1\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--b-1--",
                "--b-1\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--b-1--",
                "--b-1\r\nContent-Disposition form-data; name=a\r\n\r\nx\r\n--b-1--",
                "--b-1\r\nContent-Disposition: form-data; name=a\r\n\r\nno end",
                "--b-1\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b-1",
                "--b-1 \r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b-1--",
                "--b-1\r\nContent-Disposition: form-data; name=\"\u00ff\"\r\n\r\nx\r\n--b-1--",
                "--b-1\r\nContent-Disposition: form-data; name=a\r\n" + "A: b\r\n".repeat(30) + "\r\nx\r\n--b-1--",
                "--b-1\r\nContent-Disposition: form-data; name=a\r\nA: \0\r\n\r\nx\r\n--b-1--");
        for (String body : bad) {
            String answer = answer(handler, request("multipart/form-data; boundary=b-1", body));
            // The closing delimiter alone is a form without parts.
            assertTrue(answer.startsWith(body.equals("--b-1--") ? "HTTP/1.1 200 " : "HTTP/1.1 400 "), body + answer);
        }
        String long1 = "--b-1\r\nContent-Disposition: form-data; name=" + "a".repeat(20_000) + "\r\n\r\nx\r\n--b-1--";
        assertTrue(answer(handler, request("multipart/form-data; boundary=b-1", long1))
                .startsWith("HTTP/1.1 431 "));
        for (String type :
                List.of("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"")) {
            assertTrue(answer(handler, request(type, BODY)).startsWith("HTTP/1.1 400 "), type);
        }
        assertTrue(answer(handler, request("text/plain", BODY)).startsWith("HTTP/1.1 415 "));
    }

    @Test
    void multipart_manyAlmostDelimiters_takeLinearTime() {
        String almost = "\r\n--b-".repeat(150_000);
        String body = "--b-1\r\nContent-Disposition: form-data; name=a\r\n\r\n" + almost + "\r\n--b-1--\r\n";
        assertTrue(answer(handler, request("multipart/form-data; boundary=b-1", body))
                .startsWith("HTTP/1.1 200 "));
        assertEquals(List.of("a|null|" + almost), parts);
    }

    @Test
    void form_isDecoded() {
        HttpHandler form = request -> {
            var fields = request.body().form();
            return Response.text(fields.names() + " " + fields.getAll("a") + " " + fields.get("none"));
        };
        String answer =
                answer(form, request("application/x-www-form-urlencoded; charset=utf-8", "a=1+2&b=%C3%A4&a=%26"));
        assertTrue(answer.endsWith("[a, b] [1 2, &] null"), answer);
        assertTrue(answer(form, request("application/x-www-form-urlencoded", "a=%e4"))
                .startsWith("HTTP/1.1 400 "));
        assertTrue(answer(form, request("text/plain", "a=b")).startsWith("HTTP/1.1 415 "));
    }

    @Test
    void text_thatIsNotInItsCharset_isRefused() {
        HttpHandler text = request -> Response.text(request.body().text());
        assertTrue(answer(text, request("text/plain", "\u00c3\u00a4")).endsWith("\u00c3\u00a4"));
        assertTrue(answer(text, request("text/plain; charset=ISO-8859-1", "\u00e4"))
                .endsWith("\u00c3\u00a4"));
        assertTrue(answer(text, request("text/plain", "\u00e4")).startsWith("HTTP/1.1 400 "));
        assertTrue(answer(text, request("text/plain; charset=none", "a")).startsWith("HTTP/1.1 415 "));
    }
}
