package dev.weft.io.internal.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.io.http.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FieldCacheTest {
    private final FieldCache cache = new FieldCache();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final MessageWriter writer = new MessageWriter(cache, pieces -> {
        for (ByteBuffer piece : pieces) {
            sent.writeBytes(StandardCharsets.ISO_8859_1.decode(piece).toString().getBytes(StandardCharsets.ISO_8859_1));
        }
    });

    private String response(Headers headers, boolean http10) throws IOException {
        sent.reset();
        writer.startResponse(200, headers, http10, false, true);
        writer.write(ByteBuffer.wrap(new byte[] {'x'}), true);
        return sent.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void message_likeTheOnesBefore_hasTheSameBytes(boolean http10) throws IOException {
        var headers = Headers.of(
                "Content-Type",
                "text/plain; charset=utf-8",
                "date",
                "Thu, 01 Jan 1970 00:00:00 GMT",
                "X-Own",
                "caf\u00e9 \u00ff",
                "Server",
                "",
                "Set-Cookie",
                "a=1",
                "Set-Cookie",
                "b=2");
        String first = response(headers, http10);
        assertTrue(
                first.contains("\r\nX-Own: caf\u00e9 \u00ff\r\nServer: \r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"),
                first);
        for (int i = 0; i < 3; i++) {
            assertEquals(first, response(headers, http10));
        }
    }

    @Test
    void fields_ofOneNameWithOtherValues_areNotMixedUp() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 500; i++) {
                assertEquals(
                        "max-age=" + i,
                        cache.field("Cache-Control", "max-age=" + i).getValue());
                assertEquals(
                        "cache-control",
                        cache.field("cache-control", "max-age=" + i).getName());
            }
        }
    }

    @Test
    void field_wantedAgainAndAgain_isMadeOnce() {
        cache.field("Content-Type", "text/html");
        var kept = cache.field("Content-Type", new String("text/html".toCharArray()));
        assertSame(kept, cache.field("Content-Type", "text/html"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Set-Cookie", "Authorization", "cookie", "X-Own"})
    void field_thatMayBeASecret_isNotKept(String name) {
        assertNotSame(cache.field(name, "session=1"), cache.field(name, "session=1"));
    }
}
