package dev.weft.io.internal.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Fields as RFC 6455, section 9.1, allows them, and others. */
final class ExtensionTest {
    @Test
    void parse_wellFormed_hasNamesAndParameters() {
        assertEquals(
                List.of(
                        new Extension("a", Map.of()),
                        new Extension("b", Map.of("x", "1", "y", "", "z", "quoted")),
                        new Extension("c", Map.of())),
                Extension.parse(List.of("a , b; x=1 ;\ty;z = \"qu\\oted\"", ",c,,")));
        assertEquals(List.of(), Extension.parse(List.of("", "  ")));
    }

    @Test
    void parse_malformed_isRefused() {
        for (String bad : List.of(
                "a b",
                ";a",
                "a;",
                "a;=1",
                "a; x=",
                "a; x=\"",
                "a; x=\"1",
                "a; x=\"1\\",
                "a; x=\"\"",
                "a; x=\"b c\"",
                "a; x=1; x=2",
                "a=1",
                "\"a\"",
                "a; x=\"1\" 2",
                "a; x=;")) {
            assertThrows(IllegalArgumentException.class, () -> Extension.parse(List.of(bad)), bad);
        }
    }
}
