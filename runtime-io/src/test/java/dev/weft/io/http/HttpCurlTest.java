package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.Asyncio;
import dev.weft.ScopeCall;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server, as curl sees it. */
final class HttpCurlTest {
    @TempDir
    private Path folder;

    private final List<String> peers = new ArrayList<>();
    private Path upload;

    @BeforeAll
    static void needsCurl() {
        assumeTrue(isThere("curl"), "curl is not on this machine");
    }

    private static boolean isThere(String program) {
        for (String place : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(place, program))) {
                return true;
            }
        }
        return false;
    }

    @BeforeEach
    void files() throws IOException {
        upload = folder.resolve("upload");
        Files.writeString(upload, "0123456789".repeat(20_000));
        Files.writeString(Files.createDirectory(folder.resolve("files")).resolve("digits.txt"), "0123456789");
    }

    private HttpHandler site() throws IOException {
        var router = new Router()
                .get("/hello", request -> Response.text("hello " + request.isHttp10()))
                .get("/long", request -> Response.text("text ".repeat(10_000)))
                .get(
                        "/stream",
                        request -> Response.stream("text/plain", out -> {
                            for (int i = 0; i < 3; i++) {
                                out.write("piece " + i + "\n");
                                out.flush();
                            }
                        }))
                .get("/events", request -> Response.events(events -> events.send("tick", "1", "a\nb")))
                .get("/files/{file...}", StaticFiles.of(folder.resolve("files")))
                .route(
                        "PUT",
                        "/upload",
                        request -> Response.text(request.header("Transfer-Encoding") + " "
                                + request.body().readAll().length + "\n"))
                .post("/form", request -> {
                    var parts = new ArrayList<String>();
                    for (Part part : request.body().multipart()) {
                        parts.add(part.name() + "=" + part.filename() + ":" + part.readAll().length);
                    }
                    return Response.text(parts + "\n");
                })
                .post("/refused", request -> {
                    throw new HttpStatusException(403, "not you");
                });
        return request -> {
            peers.add(String.valueOf(request.remoteAddress()));
            return router.handle(request);
        };
    }

    /** What curl prints, both its streams. */
    private String curl(String... arguments) throws Exception {
        return serving(port -> {
            var command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "20"));
            for (String argument : arguments) {
                command.add(argument.replace("URL", "http://127.0.0.1:" + port));
            }
            Process process = Asyncio.toThread(() -> new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(upload.toFile())
                    .start());
            return Asyncio.toThread(() -> {
                String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                assertTrue(process.waitFor(30, TimeUnit.SECONDS));
                assertEquals(0, process.exitValue(), printed);
                return printed;
            });
        });
    }

    private String serving(ScopeCall<Integer, String, Exception> body) throws Exception {
        return Asyncio.run(() -> {
            var options = HttpServerOptions.DEFAULT.gzip(1000);
            try (var serving = Http.serve(site(), "127.0.0.1", 0, options).serving()) {
                return body.call(serving.server().port());
            }
        });
    }

    @Test
    void twoUrls_useOneConnection() throws Exception {
        assertEquals("hello falsehello false", curl("URL/hello", "URL/hello"));
        assertEquals(1, peers.stream().distinct().count());
        assertEquals(2, peers.size());
    }

    @Test
    void upload_fromStandardInput_isChunked() throws Exception {
        assertEquals("chunked 200000\n", curl("-T", "-", "URL/upload"));
    }

    @Test
    void upload_ofAFile_hasALengthAndExpectsToBeAskedOn() throws Exception {
        String printed = curl("-v", "-H", "Expect: 100-continue", "-T", upload.toString(), "URL/upload");
        assertTrue(printed.contains("null 200000\n"), printed);
        assertTrue(printed.contains("< HTTP/1.1 100 Continue"), printed);
    }

    @Test
    void upload_thatIsRefusedBeforehand_isNotSent() throws Exception {
        String printed = curl("-v", "-H", "Expect: 100-continue", "--data-binary", "@" + upload, "URL/refused");
        assertTrue(printed.contains("< HTTP/1.1 403 "), printed);
        assertFalse(printed.contains("100 Continue"), printed);
        assertTrue(printed.contains("not you"), printed);
    }

    @Test
    void form_ofParts_isRead() throws Exception {
        String printed = curl("-F", "a=b", "-F", "file=@" + upload, "URL/form");
        assertEquals("[a=null:1, file=upload:200000]\n", printed);
    }

    @Test
    void head_hasTheFieldsAlone() throws Exception {
        String printed = curl("-I", "URL/files/digits.txt", "URL/hello");
        assertTrue(printed.contains("Content-Length: 10\r\n"), printed);
        assertTrue(printed.contains("Content-Length: 11\r\n"), printed);
        assertEquals(1, peers.stream().distinct().count());
    }

    @Test
    void range_isServed() throws Exception {
        assertEquals("234", curl("-r", "2-4", "URL/files/digits.txt"));
        assertEquals("89", curl("-r", "-2", "URL/files/digits.txt"));
        assertTrue(curl("-i", "-r", "10-", "URL/files/digits.txt").startsWith("HTTP/1.1 416 "));
    }

    @Test
    void resumedDownload_getsTheRest() throws Exception {
        Path target = folder.resolve("half");
        Files.writeString(target, "01234");
        curl("-C", "-", "-o", target.toString(), "URL/files/digits.txt");
        assertEquals("0123456789", Files.readString(target));
    }

    @Test
    void http10_isAnsweredAndTheConnectionClosed() throws Exception {
        String printed = curl("--http1.0", "-i", "URL/hello");
        assertTrue(printed.endsWith("\r\n\r\nhello true"), printed);
        String streamed = curl("--http1.0", "-i", "URL/stream");
        assertTrue(streamed.endsWith("\r\n\r\npiece 0\npiece 1\npiece 2\n"), streamed);
        assertFalse(streamed.contains("chunked"), streamed);
    }

    @Test
    void compressed_isPackedAndUnpacked() throws Exception {
        String printed = curl("--compressed", "-w", "%{size_download}", "URL/long");
        assertTrue(printed.startsWith("text ".repeat(10_000)), printed);
        assertTrue(Integer.parseInt(printed.substring(50_000)) < 1000, printed.substring(50_000));
        assertTrue(curl("--compressed", "-i", "URL/stream").contains("Content-Encoding: gzip"));
        assertEquals("piece 0\npiece 1\npiece 2\n", curl("--compressed", "URL/stream"));
        assertFalse(curl("-i", "URL/long").contains("Content-Encoding"));
        String digits = "0123456789".repeat(20_000);
        Files.writeString(folder.resolve("files/long.txt"), digits);
        String file = curl("--compressed", "-i", "URL/files/long.txt");
        assertTrue(file.contains("Content-Encoding: gzip"), file.substring(0, 500));
        assertTrue(file.contains("ETag: W/\""), file.substring(0, 500));
        assertTrue(file.endsWith("\r\n\r\n" + digits), file.substring(0, 500));
        assertTrue(curl("-i", "URL/files/long.txt").contains("Content-Length: 200000"));
        assertEquals("12", curl("--compressed", "-r", "1-2", "URL/files/long.txt"));
    }

    @Test
    void events_areSentAsTheyCome() throws Exception {
        assertEquals("event: tick\nid: 1\ndata: a\ndata: b\n\n", curl("-N", "URL/events"));
    }
}
