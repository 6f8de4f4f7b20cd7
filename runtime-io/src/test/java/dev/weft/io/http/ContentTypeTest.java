package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Types and their parameters, RFC 9110, sections 5.6.6 and 8.3. */
final class ContentTypeTest {
    private static String a(String parameters) {
        return ContentType.parameter("text/plain" + parameters, "a");
    }

    @Test
    void parameter_wellFormed_isFoundAndUnquoted() {
        assertEquals("1", a(";a=1"));
        assertEquals("1", a("; \\t A = 1 ;b=2".replace("\\t", "\t")));
        assertEquals("2", a(";b=1;a=2"));
        assertEquals("2", a(";;b=\"x;a=1\";a=2"));
        assertEquals("", a(";a="));
        assertEquals("", a(";a=\"\""));
        assertEquals("say \"hi\" \\", a(";a=\"say \\\"hi\\\" \\\\\";b"));
        assertEquals("1", a("; ;a=1"));
    }

    @Test
    void parameter_absentOrMalformed_isNull() {
        for (String none :
                new String[] {"", ";", ";b", "; ", ";b=1", ";a", ";a=\"1", ";a=\"1\\", ";b=\"1;a=2", ";a;"}) {
            assertNull(a(none), none);
        }
    }

    @Test
    void essence_isTheTypeInLowerCase() {
        assertEquals("text/html", ContentType.essence(" Text/HTML ; charset=x"));
        assertEquals("text/html", ContentType.essence("text/html"));
    }

    @Test
    void charset_named_isTaken() {
        assertEquals(StandardCharsets.UTF_8, ContentType.charset(null));
        assertEquals(StandardCharsets.UTF_8, ContentType.charset("text/plain"));
        assertEquals(StandardCharsets.ISO_8859_1, ContentType.charset("text/plain; charset=\"latin1\""));
        assertThrows(IllegalArgumentException.class, () -> ContentType.charset("text/plain; charset=none-such"));
    }
}
