package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.Asyncio;
import dev.weft.ScopeBody;
import dev.weft.Suspends;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of a folder, and nothing else. */
final class StaticFilesTest {
    private static final Instant CHANGED = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path folder;

    private Path root;

    @BeforeEach
    void fill() throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        write("a.txt", "0123456789");
        write("empty.bin", "");
        write("sub/index.html", "<p>index</p>");
        write("bare/x.css", "p {}");
        write(".hidden", "secret");
        write("with space.txt", "space");
        Files.writeString(folder.resolve("outside.txt"), "secret");
        Files.createDirectories(folder.resolve("root-2"));
        Files.writeString(folder.resolve("root-2/x.txt"), "secret");
        Files.createSymbolicLink(root.resolve("out"), folder.resolve("outside.txt"));
        Files.createSymbolicLink(root.resolve("up"), folder);
        Files.createSymbolicLink(root.resolve("in"), root.resolve("a.txt"));
        Files.createSymbolicLink(root.resolve("circle"), root.resolve("circle"));
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(CHANGED));
    }

    record Files1(HttpClient client, String url) {
        @Suspends
        ClientResponse get(String target, String... headers) throws IOException {
            return ask("GET", target, headers);
        }

        @Suspends
        ClientResponse ask(String method, String target, String... headers) throws IOException {
            var request = ClientRequest.of(method, url + target);
            for (Map.Entry<String, String> field : Headers.of(headers)) {
                request.header(field.getKey(), field.getValue());
            }
            return client.send(request);
        }
    }

    private void served(ScopeBody<Files1, Exception> body) throws Exception {
        Asyncio.run(() -> {
            var router =
                    new Router().route("*", "/f/{file...}", StaticFiles.of(root).cacheFor(Duration.ofMinutes(1)));
            try (var serving = Http.serve(router, "127.0.0.1", 0).serving();
                    var client = new HttpClient(HttpClientOptions.DEFAULT.redirects(0))) {
                body.run(new Files1(
                        client, "http://127.0.0.1:" + serving.server().port()));
            }
        });
    }

    @Test
    void file_isServedWithItsTypeAndValidators() throws Exception {
        served(files -> {
            try (var response = files.get("/f/a.txt")) {
                assertEquals(200, response.status());
                assertEquals("text/plain; charset=utf-8", response.header("Content-Type"));
                assertEquals("10", response.header("Content-Length"));
                assertEquals("Fri, 02 Jan 2026 03:04:05 GMT", response.header("Last-Modified"));
                assertEquals("bytes", response.header("Accept-Ranges"));
                assertEquals("max-age=60", response.header("Cache-Control"));
                assertEquals("nosniff", response.header("X-Content-Type-Options"));
                assertEquals("0123456789", response.text());
            }
            try (var head = files.ask("HEAD", "/f/a.txt")) {
                assertEquals("10", head.header("Content-Length"));
                assertEquals("", head.text());
            }
            assertEquals("", files.get("/f/empty.bin").text());
            assertEquals("space", files.get("/f/with%20space.txt").text());
            assertEquals("0123456789", files.get("/f/in").text()); // a link that stays inside
            assertEquals("<p>index</p>", files.get("/f/sub/").text());
            try (var response = files.get("/f/sub")) {
                assertEquals(308, response.status());
                assertEquals("./sub/", response.header("Location"));
            }
            try (var response = files.ask("POST", "/f/a.txt")) {
                assertEquals(405, response.status());
                assertEquals("GET, HEAD", response.header("Allow"));
            }
            assertEquals(1, files.client.connections());
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/f/none",
                "/f/a.txt/",
                "/f/a.txt/b",
                "/f/bare/",
                "/f/.hidden",
                "/f/out",
                "/f/up/outside.txt",
                "/f/up",
                "/f/circle",
                "/f//a.txt",
                "/f/sub//index.html",
                "/f/..%2foutside.txt",
                "/f/sub/..%2f..%2foutside.txt",
                "/f/..%5coutside.txt",
                "/f/%2fetc%2fpasswd",
                "/f//etc/passwd",
                "/f/..%2froot-2%2fx.txt",
                "/f/a.txt::$DATA",
                "/f/C:%5c",
                "/f/a%252e%252e"
            })
    void whatIsNotAFileOfTheFolder_is404(String target) throws Exception {
        served(files -> {
            try (var response = files.get(target)) {
                assertEquals(404, response.status(), target);
            }
        });
    }

    @Test
    void dotSegments_areRefused() throws Exception {
        served(files -> {
            for (String target :
                    List.of("/f/../outside.txt", "/f/%2e%2e/outside.txt", "/f/sub/../a.txt", "/f/.%2e/outside.txt")) {
                try (var response = files.get(target)) {
                    assertEquals(400, response.status(), target);
                }
            }
        });
    }

    @Test
    void range_isServed() throws Exception {
        record Case(String range, int status, String body, String contentRange) {}
        var cases = List.of(
                new Case("bytes=0-3", 206, "0123", "bytes 0-3/10"),
                new Case("bytes=8-", 206, "89", "bytes 8-9/10"),
                new Case("bytes=-3", 206, "789", "bytes 7-9/10"),
                new Case("bytes=5-100", 206, "56789", "bytes 5-9/10"),
                new Case("bytes=-100", 206, "0123456789", "bytes 0-9/10"),
                new Case("bytes=9-9", 206, "9", "bytes 9-9/10"),
                new Case("BYTES=0-0", 206, "0", "bytes 0-0/10"),
                new Case("bytes=10-", 416, "", "bytes */10"),
                new Case("bytes=99999999999999999999-", 416, "", "bytes */10"),
                new Case("bytes=-0", 416, "", "bytes */10"),
                new Case("bytes=3-2", 200, "0123456789", null),
                new Case("bytes=a-b", 200, "0123456789", null),
                new Case("bytes=-", 200, "0123456789", null),
                new Case("bytes=+1-2", 200, "0123456789", null),
                new Case("lines=0-3", 200, "0123456789", null),
                new Case("bytes=0-1,3-4", 200, "0123456789", null));
        served(files -> {
            for (Case wanted : cases) {
                try (var response = files.get("/f/a.txt", "Range", wanted.range)) {
                    assertEquals(wanted.status, response.status(), wanted.range);
                    assertEquals(wanted.contentRange, response.header("Content-Range"), wanted.range);
                    assertEquals(wanted.body, response.text(), wanted.range);
                }
            }
            String tag = files.get("/f/a.txt").header("ETag");
            String date = HttpDate.format(CHANGED);
            for (String condition : List.of(tag, date)) {
                assertEquals(
                        "01",
                        files.get("/f/a.txt", "Range", "bytes=0-1", "If-Range", condition)
                                .text());
            }
            for (String condition :
                    List.of("\"other\"", "W/" + tag, HttpDate.format(CHANGED.plusSeconds(1)), "nonsense")) {
                assertEquals(
                        "0123456789",
                        files.get("/f/a.txt", "Range", "bytes=0-1", "If-Range", condition)
                                .text());
            }
        });
    }

    @Test
    void conditions_areHeld() throws Exception {
        served(files -> {
            String tag = files.get("/f/a.txt").header("ETag");
            String now = HttpDate.format(CHANGED);
            String before = HttpDate.format(CHANGED.minusSeconds(1));
            record Case(int status, List<String> headers) {
                static Case of(int status, String... headers) {
                    return new Case(status, List.of(headers));
                }
            }
            for (Case wanted : List.of(
                    Case.of(304, "If-None-Match", tag),
                    Case.of(304, "If-None-Match", "\"a\", W/" + tag),
                    Case.of(304, "If-None-Match", "*"),
                    Case.of(200, "If-None-Match", "\"a\""),
                    Case.of(304, "If-Modified-Since", now),
                    Case.of(200, "If-Modified-Since", before),
                    Case.of(200, "If-Modified-Since", "nonsense"),
                    Case.of(200, "If-None-Match", "\"a\"", "If-Modified-Since", now),
                    Case.of(200, "If-Match", tag),
                    Case.of(412, "If-Match", "W/" + tag),
                    Case.of(412, "If-Match", "\"a\""),
                    Case.of(200, "If-Unmodified-Since", now),
                    Case.of(412, "If-Unmodified-Since", before))) {
                try (var response = files.get("/f/a.txt", wanted.headers.toArray(String[]::new))) {
                    assertEquals(wanted.status, response.status(), String.join(" ", wanted.headers));
                    assertEquals(tag, response.header("ETag"));
                    assertEquals(wanted.status == 200 ? "0123456789" : "", response.text());
                }
            }
        });
    }

    @Test
    void largeFile_comesWhole() throws Exception {
        var bytes = new byte[3_000_001];
        new Random(7).nextBytes(bytes);
        Files.write(root.resolve("large.bin"), bytes);
        served(files -> {
            for (int i = 0; i < 2; i++) {
                try (var response = files.get("/f/large.bin")) {
                    assertArrayEquals(bytes, response.body().readAll());
                }
            }
            try (var response = files.get("/f/large.bin", "Range", "bytes=1000000-2999999")) {
                assertArrayEquals(
                        Arrays.copyOfRange(bytes, 1_000_000, 3_000_000),
                        response.body().readAll());
            }
            assertEquals(1, files.client.connections());
        });
    }

    @Test
    void folder_thatIsNone_isRefused() {
        assertThrows(IOException.class, () -> StaticFiles.of(root.resolve("none")));
        assertThrows(IOException.class, () -> StaticFiles.of(root.resolve("a.txt")));
        assertEquals("text/html; charset=utf-8", MediaTypes.ofName("a.HTML"));
        assertEquals("application/octet-stream", MediaTypes.ofName("html"));
        assertEquals(StandardCharsets.UTF_8, ContentType.charset("text/plain"));
    }
}
