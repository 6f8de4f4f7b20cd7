package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import java.io.IOException;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** Encrypted connections between this library's own client and server. */
final class TlsTest {
    private static final String HOST = "127.0.0.1";

    @Suspends
    static void echo(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            for (byte[] data = reader.read(64 * 1024); data.length > 0; data = reader.read(64 * 1024)) {
                writer.write(data);
                writer.drain();
            }
        }
    }

    // Conformance 400: test_ssl.py::TestSSL::test_create_server_ssl_1
    @Test
    void streams_overTls_goBothWays() throws Exception {
        Asyncio.run(() -> {
            var options = ServerOptions.DEFAULT.tls(TestCa.server());
            try (var serving = Net.startServer(TlsTest::echo, HOST, 0, options).serving();
                    var streams = Net.openConnection(
                            "localhost", serving.server().port(), ConnectOptions.DEFAULT.tls(TestCa.client()))) {
                assertInstanceOf(TlsTransport.class, streams.writer().transport());
                streams.writer().write("hello\n".getBytes(UTF_8));
                assertEquals("hello\n", new String(streams.reader().readLine(), UTF_8));
                var much = new byte[3 * 1024 * 1024];
                new Random(1).nextBytes(much);
                var sending = Asyncio.createTask(() -> {
                    for (int i = 0; i < much.length; i += 100_000) {
                        streams.writer().write(much, i, Math.min(100_000, much.length - i));
                        streams.writer().drain();
                    }
                });
                assertArrayEquals(much, streams.reader().readExactly(much.length));
                sending.await();
                assertNotNull(streams.writer().getExtraInfo(ExtraInfo.PEER_CERTIFICATES));
                assertTrue(streams.writer().getExtraInfo(ExtraInfo.CIPHER_SUITE).startsWith("TLS_"));
            }
        });
    }

    // Conformance 401: test_ssl.py::TestSSL::test_create_connection_ssl_failed_certificate
    @Test
    void openConnection_serverOfAnUnknownAuthority_failsWithSslException() throws Exception {
        Asyncio.run(() -> {
            var identity = TestCa.UNKNOWN.issue(TestCa.local());
            var options = ServerOptions.DEFAULT.tls(TlsOptions.of(TestCa.UNKNOWN.context(identity)));
            try (var serving = Net.startServer(TlsTest::echo, HOST, 0, options).serving()) {
                int port = serving.server().port();
                var failure = assertThrows(
                        SSLException.class,
                        () -> Net.openConnection("localhost", port, ConnectOptions.DEFAULT.tls(TestCa.client())));
                assertTrue(
                        failure.getMessage().contains("localhost at localhost/127.0.0.1:" + port),
                        failure.getMessage());
            }
        });
    }
}
