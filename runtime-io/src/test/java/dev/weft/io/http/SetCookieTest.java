package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Cookies that browsers keep, and those that they refuse without a word. */
final class SetCookieTest {
    private static void assertRefused(Supplier<SetCookie> cookie) {
        assertThrows(IllegalArgumentException.class, cookie::get);
    }

    private static SetCookie cookie(String name, String path, String domain, boolean secure, String sameSite) {
        return new SetCookie(name, "v", path, domain, null, secure, true, sameSite);
    }

    @Test
    void prefixes_promisesThatAreNotKept_areRefused() {
        cookie("__Host-a", "/", null, true, "Lax");
        cookie("__Secure-a", "/x", "a.example", true, "Lax");
        assertRefused(() -> cookie("__Host-a", "/", null, false, "Lax"));
        assertRefused(() -> cookie("__Host-a", "/x", null, true, "Lax"));
        assertRefused(() -> cookie("__Host-a", "/", "a.example", true, "Lax"));
        assertRefused(() -> cookie("__Secure-a", "/", null, false, "Lax"));
    }

    @Test
    void sameSite_unknownOrNotSecure_isRefused() {
        for (String known : new String[] {"Strict", "Lax"}) {
            assertEquals(known, cookie("a", "/", null, false, known).sameSite());
        }
        cookie("a", "/", null, true, "None");
        assertRefused(() -> cookie("a", "/", null, false, "None"));
        assertRefused(() -> cookie("a", "/", null, true, "lax"));
    }

    @Test
    void parts_thatCannotBeSent_areRefused() {
        for (String value : new String[] {"a b", "a;b", "a,b", "\"a\"", "a\\b", "\u00e9", "a\r\nSet-Cookie: b=c"}) {
            assertRefused(() -> SetCookie.of("a", value));
        }
        for (String name : new String[] {"", "a b", "a=b", "a;"}) {
            assertRefused(() -> SetCookie.of(name, "v"));
        }
        for (String path : new String[] {"", "a", "/a;b", "/\u00e9", "/a\n"}) {
            assertRefused(() -> SetCookie.of("a", "v").path(path));
        }
        assertRefused(() -> SetCookie.of("a", "v").domain("a;b"));
        assertRefused(() -> SetCookie.of("a", "v").maxAge(Duration.ofSeconds(-1)));
        assertEquals(Duration.ZERO, SetCookie.delete("a").maxAge());
    }
}
