package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that a program passes on from elsewhere can end a line of a message and begin another. */
final class HeaderInjectionTest {
    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n", "\r\n", "\0", "b\r\nSet-Cookie: a=b", "b\u0001", "\u007f", "\u010a", "\u560a"})
    void value_withWhatCannotBeSent_isRefusedWhereItIsSet(String value) {
        var headers = new Headers();
        String text = "a" + value + "c";
        assertThrows(IllegalArgumentException.class, () -> headers.add("A", text));
        assertThrows(IllegalArgumentException.class, () -> headers.set("A", text));
        assertThrows(IllegalArgumentException.class, () -> Headers.of("A", text));
        assertThrows(IllegalArgumentException.class, () -> Response.of(200).header("A", text));
        assertThrows(IllegalArgumentException.class, () -> Response.of(200).addHeader("A", text));
        assertThrows(IllegalArgumentException.class, () -> Response.bytes(text, new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> Response.redirect(302, text));
        assertThrows(IllegalArgumentException.class, () -> Response.upgrade(text, (reader, writer) -> {}));
        assertThrows(IllegalArgumentException.class, () -> SetCookie.of("a", text));
        assertThrows(
                IllegalArgumentException.class, () -> SetCookie.of("a", "b").path("/" + text));
        assertThrows(
                IllegalArgumentException.class, () -> SetCookie.of("a", "b").domain(text));
        assertTrue(headers.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a:", "a\r", "a\n", "a\0", "a\u007f", "\u00e4", "a/b", "(a)", "a\r\nb: c"})
    void name_thatIsNoToken_isRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> new Headers().add(name, "b"));
        assertThrows(IllegalArgumentException.class, () -> new Headers().set(name, "b"));
        assertThrows(IllegalArgumentException.class, () -> SetCookie.of(name, "b"));
        assertThrows(IllegalArgumentException.class, () -> new Router().route(name, "/", request -> Response.of(200)));
    }

    @Test
    void refusal_namesThePlaceAndNotWhatWouldBeInjected() {
        var e = assertThrows(IllegalArgumentException.class, () -> Headers.of("A", "b\r\nc: d"));
        assertEquals("the value of A cannot be sent: it has U+000D at index 1", e.getMessage());
        var f = assertThrows(IllegalArgumentException.class, () -> Headers.of("A\r\nB", "c"));
        assertFalse(f.getMessage().contains("\r"));
    }

    @Test
    void value_withBlanksAroundIt_isStripped() {
        assertEquals("b c", Headers.of("A", " \tb c\t ").get("a"));
        assertEquals("", Headers.of("A", " ").get("a"));
    }

    @Test
    void cookie_whatBrowsersRefuse_isRefused() {
        var cookie = SetCookie.of("a", "b");
        assertThrows(IllegalArgumentException.class, () -> cookie.path("b"));
        assertThrows(IllegalArgumentException.class, () -> cookie.path("/a;b"));
        assertThrows(IllegalArgumentException.class, () -> cookie.maxAge(Duration.ofSeconds(-1)));
        assertThrows(IllegalArgumentException.class, () -> cookie.sameSite("None"));
        assertThrows(IllegalArgumentException.class, () -> cookie.sameSite("lax"));
        assertThrows(IllegalArgumentException.class, () -> SetCookie.of("__Host-a", "b"));
        assertThrows(IllegalArgumentException.class, () -> SetCookie.of("__Secure-a", "b"));
        assertThrows(IllegalArgumentException.class, () -> SetCookie.of("a", "b;c"));
        assertEquals(
                "a=b; Path=/x; Domain=example.org; Max-Age=60; Secure; SameSite=None",
                cookie.path("/x")
                        .domain("example.org")
                        .maxAge(Duration.ofMinutes(1))
                        .secure(true)
                        .httpOnly(false)
                        .sameSite("None")
                        .field());
        assertEquals(
                "a=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
                SetCookie.delete("a").field());
    }

    @Test
    void event_withALineEndInANameOrId_isRefused_andDataIsSplit() {
        try (var loop = new TestLoop()) {
            var connection = new FakeConnection(
                    loop,
                    HttpServerOptions.DEFAULT,
                    request -> Response.events(events -> {
                        assertThrows(IllegalArgumentException.class, () -> events.send("a\nb", null, "c"));
                        assertThrows(IllegalArgumentException.class, () -> events.send(null, "a\r", "c"));
                        assertThrows(IllegalArgumentException.class, () -> events.comment("a\0"));
                        events.send("name", "7", "one\ntwo\r\nthree\rfour");
                        events.comment("still here");
                        events.retry(Duration.ofSeconds(2));
                    }));
            connection.feed("GET / HTTP/1.0\r\n\r\n");
            String sent = connection.sent();
            String events = """
                event: name
                id: 7
                data: one
                data: two
                data: three
                data: four

                : still here

                retry: 2000

                """;
            assertTrue(sent.contains("Content-Type: text/event-stream\r\n"), sent);
            assertTrue(sent.endsWith("\r\n\r\n" + events), sent);
        }
    }

    @Test
    void framing_setByAHandler_isRefused() {
        try (var loop = new TestLoop()) {
            loop.setExceptionHandler((ignored, context) -> {});
            var connection = new FakeConnection(
                    loop,
                    HttpServerOptions.DEFAULT,
                    request -> Response.text("a").header("Transfer-Encoding", "chunked"));
            connection.feed("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertTrue(connection.sent().startsWith("HTTP/1.1 500 "), connection.sent());
        }
    }
}
