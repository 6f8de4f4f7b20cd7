package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Escapes of targets and forms. */
final class PercentCodecTest {
    @Test
    void decode_wellFormed_isTheText() {
        String plain = "plain-text/1";
        assertSame(plain, PercentCodec.decode(plain, true));
        assertEquals("a b+c", PercentCodec.decode("a+b%2Bc", true));
        assertEquals("a+b c", PercentCodec.decode("a+b%20c", false));
        assertEquals("\u00fc\u20ac", PercentCodec.decode("%C3%BC%e2%82%AC", false));
        assertEquals("A", PercentCodec.decode("%41", false));
        assertEquals("\u00fc", PercentCodec.decode("\u00c3\u00bc", false), "bytes of UTF-8 that were not escaped");
    }

    @Test
    void decode_malformed_isRefusedWith400() {
        for (String bad : new String[] {
            "%",
            "%4",
            "a%4",
            "%4g",
            "%g4",
            "%\u0664\u0661",
            "%4\u0661",
            "%00",
            "a\0b",
            "a\u20acb",
            "%ff",
            "%C3",
            "\u00fc",
            "%C0%AF",
            "%ED%A0%80"
        }) {
            var refusal = assertThrows(HttpStatusException.class, () -> PercentCodec.decode(bad, false), bad);
            assertEquals(400, refusal.status());
        }
    }
}
