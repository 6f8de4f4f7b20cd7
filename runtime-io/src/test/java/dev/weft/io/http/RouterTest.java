package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which handler gets a request, and with which parameters. */
final class RouterTest {
    private final TestLoop loop = new TestLoop();

    private final Router router = new Router()
            .get("/", request -> Response.text("root"))
            .get("/users/me", request -> Response.text("me"))
            .get("/users/{id}", request -> Response.text("user " + request.pathParameter("id")))
            .delete("/users/{id}", request -> Response.text("gone " + request.pathParameter("id")))
            .post("/users", request -> Response.text("made"))
            .get(
                    "/a/{x}/b/{y}",
                    request -> Response.text(request.pathParameter("x") + "," + request.pathParameter("y")))
            .get("/files/{path...}", request -> Response.text("file " + request.pathParameter("path")))
            .route("*", "/any", request -> Response.text("any " + request.method()))
            .get(
                    "/query",
                    request -> Response.text(
                            request.query().getAll("a") + " " + request.query().get("b", "none") + " "
                                    + request.query().names()));

    @AfterEach
    void close() {
        loop.close();
    }

    private String sent(String method, String target) {
        var connection = new FakeConnection(loop, HttpServerOptions.DEFAULT, router);
        connection.feed(method + " " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
        connection.feedEof();
        return connection.sent();
    }

    private String body(String method, String target) {
        String sent = sent(method, target);
        assertTrue(sent.startsWith("HTTP/1.1 200 "), sent);
        return sent.substring(sent.indexOf("\r\n\r\n") + 4);
    }

    private int status(String method, String target) {
        return Integer.parseInt(sent(method, target).substring(9, 12));
    }

    @Test
    void route_byMethodAndPath_theFirstThatFits() {
        assertEquals("root", body("GET", "/"));
        assertEquals("me", body("GET", "/users/me"));
        assertEquals("user 7", body("GET", "/users/7"));
        assertEquals("gone me", body("DELETE", "/users/me"));
        assertEquals("made", body("POST", "/users"));
        assertEquals("1,2", body("GET", "/a/1/b/2"));
        assertEquals("any BREW", body("BREW", "/any"));
        assertEquals("user 7", body("GET", "http://elsewhere/users/7?a"));
    }

    @Test
    void parameters_areDecodedOnceAndBySegment() {
        assertEquals("user a b", body("GET", "/users/a%20b"));
        assertEquals("user a/b", body("GET", "/users/a%2Fb"));
        assertEquals("user a+b", body("GET", "/users/a+b"));
        assertEquals("user %41", body("GET", "/users/%2541"));
        assertEquals("me", body("GET", "/users/%6d%65"));
        assertEquals("file ", body("GET", "/files/"));
        assertEquals("file a/b/", body("GET", "/files/a/b/"));
    }

    @Test
    void query_isDecoded() {
        assertEquals("[1, 2 3, ] none [a]", body("GET", "/query?a=1&a=2+3&&a"));
        assertEquals("[] x=y [b]", body("GET", "/query?b=x%3Dy"));
        assertEquals("[] x=y [b]", body("GET", "/query?b=x=y"));
        for (String bad : List.of("%", "%4", "%zz", "%00", "%ff", "%c0%af", "%ed%a0%80", "%+4", "%-1")) {
            assertEquals(400, status("GET", "/query?a=" + bad), bad);
            assertEquals(400, status("GET", "/users/" + bad), bad);
        }
    }

    @Test
    void path_thatNobodyHas_is404_andADotSegment400() {
        for (String path :
                List.of("/nobody", "/users/", "/users/7/", "/users//", "//", "/Users/me", "/a//b/2", "/files")) {
            assertEquals(404, status("GET", path), path);
        }
        for (String path : List.of("/files/../etc", "/files/%2e%2e/etc", "/./users/me", "/files/a/.%2E")) {
            assertEquals(400, status("GET", path), path);
        }
    }

    @Test
    void method_thatNoRouteOfThePathHas_is405WithThoseThatThereAre() {
        String sent = sent("PUT", "/users/7");
        assertTrue(sent.startsWith("HTTP/1.1 405 "), sent);
        assertTrue(sent.contains("Allow: DELETE, GET, HEAD, OPTIONS\r\n"), sent);
    }

    @Test
    void options_tellTheMethods() {
        String sent = sent("OPTIONS", "/users/7");
        assertTrue(sent.startsWith("HTTP/1.1 204 "), sent);
        assertTrue(sent.contains("Allow: DELETE, GET, HEAD, OPTIONS\r\n"), sent);
        assertTrue(sent("OPTIONS", "*").contains("Allow: DELETE, GET, HEAD, OPTIONS, POST\r\n"));
        assertEquals(404, status("OPTIONS", "/nobody"));
    }

    @Test
    void head_isAnsweredByTheHandlerForGet_withoutABody() {
        String head = sent("HEAD", "/users/7");
        String get = sent("GET", "/users/7");
        assertTrue(get.endsWith("user 7"));
        assertEquals(get.substring(0, get.length() - "user 7".length()), head);
    }

    @Test
    void pattern_malformed_isRefused() {
        HttpHandler handler = request -> Response.of(204);
        for (String pattern :
                List.of("", "a", "/{", "/{}", "/a{b}", "/{a}b", "/{a}/{a}", "/{a...}/b", "/{...}", "/a}")) {
            assertThrows(IllegalArgumentException.class, () -> new Router().get(pattern, handler), pattern);
        }
        assertThrows(IllegalArgumentException.class, () -> new Router().route("G T", "/", handler));
        assertThrows(NullPointerException.class, () -> new Router().get("/", null));
    }

    @Test
    void pathParameter_thatTheRouteDoesNotHave_isAMistakeOfTheProgram() {
        var reported = new ArrayList<Throwable>();
        loop.setExceptionHandler((ignored, context) -> reported.add(context.exception()));
        var wrong = new Router().get("/{a}", request -> Response.text(request.pathParameter("b")));
        var connection = new FakeConnection(loop, HttpServerOptions.DEFAULT, wrong);
        connection.feed("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
        assertTrue(connection.sent().startsWith("HTTP/1.1 500 "));
        assertFalse(connection.isClosed());
        assertEquals(
                "the route has no parameter \"b\", only [a]",
                reported.getFirst().getMessage());
        assertEquals(1, reported.size());
        connection.feedEof();
    }

    @Test
    void cookies_areTakenApartInOnePass() {
        var parsed = Cookies.parse(List.of("a=b; c=\"d e\"; a=later; ; x; bad name=1; e==", "f=g"));
        assertEquals("{a=b, c=d e, e==, f=g}", parsed.toString());
        assertEquals(0, Cookies.parse(List.of(";".repeat(1024 * 1024))).size());
        assertEquals(1, Cookies.parse(List.of("a=b;".repeat(100_000))).size());
    }
}
