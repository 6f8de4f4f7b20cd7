package dev.weft.io.security;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.getRunningLoop;
import static dev.weft.Asyncio.run;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.toThread;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.ExceptionContext;
import dev.weft.io.LogCapture;
import dev.weft.io.Net;
import dev.weft.io.http.Http;
import dev.weft.io.http.Response;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

/** K13, B6: what comes from outside can neither forge a line of the log nor flood it, and what is secret does not get there. */
@Timeout(20)
final class LogHygieneTest {
    private static final String FORGED = "name\r\nERROR [main] forged\u001b[2J\u0000\u2028\u202e";

    @Test
    void report_valuesWithControlCharacters_areEscapedInTheirLine() {
        try (var log = new LogCapture()) {
            run(() -> {
                getRunningLoop()
                        .callExceptionHandler(ExceptionContext.of("about " + FORGED)
                                .with("peer", FORGED)
                                .with("long", "x".repeat(10_000)));
            });

            String message = log.messages(Level.ERROR).getFirst();
            List<String> lines = message.lines().toList();
            assertEquals(3, lines.size(), message);
            assertTrue(lines.get(0).startsWith("about name\\u000d\\u000aERROR"), message);
            assertEquals("  long: ".length() + 1024, lines.get(1).length());
            assertTrue(lines.get(2).startsWith("  peer: name\\u000d\\u000aERROR"), message);
            assertFalse(message.chars().anyMatch(c -> c != '\n' && (Character.isISOControl(c) || c > 126)), message);
        }
    }

    @Test
    void taskName_withControlCharactersAndTooLong_isOneShortLine() {
        run(() -> {
            var task = createTask(() -> 1, FORGED + "x".repeat(10_000));
            String text = task.toString();

            assertEquals(1, text.lines().count(), text);
            assertTrue(text.length() <= 1024, text);
            assertFalse(text.chars().anyMatch(Character::isISOControl), text);
            task.await();
        });
    }

    @Test
    void connections_manyResets_areToldOfTenTimesASecond() throws Exception {
        try (var log = new LogCapture()) {
            long began = System.nanoTime();
            run(() -> {
                var server = Net.startServer(
                        (reader, writer) -> {
                            try (writer) {
                                reader.read(1);
                            }
                        },
                        "127.0.0.1",
                        0);
                for (int i = 0; i < 200; i++) {
                    reset(server.port());
                }
                server.drain(seconds(5));
            });

            long seconds = (System.nanoTime() - began) / 1_000_000_000 + 1;
            long told = log.messages(Level.ERROR).stream()
                    .filter(message -> message.startsWith("stream handler failed"))
                    .count();
            assertTrue(told > 0, "the handlers' failures are told");
            assertTrue(told <= 10 * (seconds + 1), () -> told + " lines in " + seconds + " s");
        }
    }

    @Test
    void http_badRequestsAndSecretHeaders_leaveNoTrace() throws Exception {
        try (var log = new LogCapture()) {
            run(() -> {
                try (var serving = Http.serve(request -> Response.text("ok"), "127.0.0.1", 0)
                        .serving()) {
                    for (int i = 0; i < 50; i++) {
                        exchange(serving.server().port(), "GET /" + i + "\u001b[2J HTTP/1.1\r\nHost: x\r\n\r\n");
                    }
                    exchange(serving.server().port(), """
                        GET /hello HTTP/1.1\r
                        Host: x\r
                        Authorization: Bearer secret-token\r
                        Cookie: id=secret-id\r
                        Connection: close\r
                        \r
                        """);
                }
            });

            for (var event : events(log)) {
                assertTrue(event.level().compareTo(Level.INFO) >= 0, () -> "a bad request is no news: " + event);
                assertFalse(event.message().contains("secret"), event.message());
                assertFalse(event.message().chars().anyMatch(Character::isISOControl), event.message());
            }
        }
    }

    /** All but the watchdog's, about a machine that is busy. */
    private static List<LogCapture.Event> events(LogCapture log) {
        return log.events().stream()
                .filter(event -> !event.message().contains("has not given way"))
                .toList();
    }

    private static void reset(int port) throws Exception {
        toThread(() -> {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoLinger(true, 0);
            }
        });
    }

    private static void exchange(int port, String request) throws Exception {
        toThread(() -> {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.getInputStream().readAllBytes();
            }
        });
    }
}
