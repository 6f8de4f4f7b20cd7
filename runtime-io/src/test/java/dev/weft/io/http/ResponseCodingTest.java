package dev.weft.io.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which answers are compressed, and for whom. */
final class ResponseCodingTest {
    private static final byte[] LONG = "all the same. ".repeat(200).getBytes(UTF_8);

    private final TestLoop loop = new TestLoop();

    @AfterEach
    void close() {
        loop.close();
    }

    private static boolean accepts(String... fields) {
        var headers = new Headers();
        for (String field : fields) {
            headers.add("Accept-Encoding", field);
        }
        return ResponseCoding.accepts(headers);
    }

    @Test
    void accepts_whatThePeerSays_isHeeded() {
        for (String yes :
                List.of("gzip", "x-gzip", "br, GZIP;q=0.5", "*", "br;q=1, *;q=0.1", "gzip;q=1.000", "gzip;q=0.001")) {
            assertEquals(true, accepts(yes), yes);
        }
        for (String no :
                List.of("", "br", "gzip;q=0", "gzip;q=0.", "gzip;q=0.000", "*;q=0", "identity", "*, gzip;q=0")) {
            assertEquals(false, accepts(no), no);
        }
        assertEquals(false, accepts());
        assertEquals(true, accepts("br", "gzip"));
    }

    /** The head of an answer, to somebody who takes gzip. */
    private String head(Response response) {
        var connection = new FakeConnection(loop, HttpServerOptions.DEFAULT.gzip(1000), _ -> response);
        connection.feed("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
        String answer = connection.sent();
        return answer.substring(0, answer.indexOf("\r\n\r\n") + 2);
    }

    private boolean isPacked(Response response) {
        return head(response).contains("Content-Encoding: gzip\r\n");
    }

    @Test
    void apply_eachType_isCompressedIfThatIsWorthIt() {
        for (String yes : List.of(
                "text/plain",
                "text/css; charset=utf-8",
                "application/problem+json",
                "image/svg+xml",
                "application/json",
                "application/javascript",
                "application/xml",
                "application/wasm")) {
            assertTrue(isPacked(Response.bytes(yes, LONG)), yes);
        }
        for (String no : List.of("image/png", "application/zip", "application/octet-stream")) {
            assertFalse(isPacked(Response.bytes(no, LONG)), no);
        }
    }

    @Test
    void apply_answersThatHaveToStayAsTheyAre_areNotCompressed() {
        assertFalse(isPacked(Response.bytes("text/plain", new byte[999])));
        assertTrue(isPacked(Response.bytes("text/plain", new byte[1000])));
        assertFalse(isPacked(Response.of(206).body("text/plain", new String(LONG, UTF_8))));
        assertFalse(isPacked(Response.bytes("text/plain", LONG).header("Cache-Control", "private, no-transform")));
        assertFalse(isPacked(Response.bytes("text/plain", LONG).header("Content-Encoding", "br")));
    }

    @Test
    void apply_tagOfAnAnswer_isWeakThen() {
        String strong = head(Response.bytes("text/plain", LONG).header("ETag", "\"1\""));
        assertTrue(strong.contains("ETag: W/\"1\"\r\n"), strong);
        String weak = head(Response.bytes("text/plain", LONG).header("ETag", "W/\"1\""));
        assertTrue(weak.contains("ETag: W/\"1\"\r\n"), weak);
        assertTrue(weak.contains("Vary: Accept-Encoding\r\n"), weak);
    }
}
