package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.io.http.ClientRequest;
import dev.weft.io.http.Http;
import dev.weft.io.http.HttpClient;
import dev.weft.io.http.HttpClientOptions;
import dev.weft.io.http.HttpHandler;
import dev.weft.io.http.HttpServerOptions;
import dev.weft.io.http.Response;
import dev.weft.io.http.StaticFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP over encrypted connections, at both ends. Here, where the certificates are. */
final class HttpTlsTest {
    private static final HttpServerOptions ENCRYPTED =
            HttpServerOptions.DEFAULT.listening(ServerOptions.DEFAULT.tls(TestCa.server()));

    @Test
    void requests_overTls_useOneConnection() throws IOException {
        Asyncio.run(() -> {
            HttpHandler handler = request ->
                    Response.text(request.target() + " " + request.body().readAll().length);
            var options = HttpClientOptions.DEFAULT.tls(TestCa.client());
            try (var serving = Http.serve(handler, "localhost", 0, ENCRYPTED).serving();
                    var client = new HttpClient(options)) {
                String url = "https://localhost:" + serving.server().port();
                assertEquals("/a 0", client.get(url + "/a").text());
                var post = ClientRequest.post(url + "/b").body("text/plain", "b".repeat(300_000));
                assertEquals("/b 300000", client.send(post).text());
                assertEquals(1, client.connections());
            }
        });
    }

    @Test
    void file_overTls_comesWhole(@TempDir Path folder) throws IOException {
        byte[] bytes = "0123456789".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        Files.write(folder.resolve("a.bin"), bytes);
        Asyncio.run(() -> {
            var options = HttpClientOptions.DEFAULT.tls(TestCa.client());
            try (var serving = Http.serve(StaticFiles.of(folder), "localhost", 0, ENCRYPTED)
                            .serving();
                    var client = new HttpClient(options)) {
                String url = "https://localhost:" + serving.server().port() + "/a.bin";
                try (var response = client.get(url)) {
                    assertArrayEquals(bytes, response.body().readAll());
                }
            }
        });
    }

    @Test
    void refusedRequest_overTls_isAnsweredBeforeTheEnd() throws IOException {
        Asyncio.run(() -> {
            var connecting = ConnectOptions.DEFAULT.tls(TestCa.client());
            try (var serving = Http.serve(request -> Response.of(204), "localhost", 0, ENCRYPTED)
                            .serving();
                    var streams =
                            Net.openConnection("localhost", serving.server().port(), connecting)) {
                streams.writer().write("nonsense\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                String answer = new String(streams.reader().readAll(), StandardCharsets.US_ASCII);
                assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
            }
        });
    }

    @Test
    void server_thatIsNotTrusted_isNotAsked() throws IOException {
        Asyncio.run(() -> {
            try (var serving = Http.serve(request -> Response.of(204), "localhost", 0, ENCRYPTED)
                            .serving();
                    var client = new HttpClient()) {
                String url = "https://localhost:" + serving.server().port();
                assertThrows(SSLException.class, () -> client.get(url));
                assertEquals(0, client.connections());
            }
        });
    }
}
