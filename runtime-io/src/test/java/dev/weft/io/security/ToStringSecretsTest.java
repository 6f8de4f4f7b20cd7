package dev.weft.io.security;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.dumpTasks;
import static dev.weft.Asyncio.getRunningLoop;
import static dev.weft.Asyncio.run;
import static dev.weft.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Channel;
import dev.weft.Context;
import dev.weft.ContextVar;
import dev.weft.Queue;
import dev.weft.io.CommunicateResult;
import dev.weft.io.CompletedProcess;
import dev.weft.io.IncompleteReadException;
import dev.weft.io.LimitOverrunException;
import dev.weft.io.ProcessOptions;
import dev.weft.io.StreamReader;
import dev.weft.io.TlsOptions;
import dev.weft.io.http.ClientRequest;
import dev.weft.io.http.Headers;
import dev.weft.io.http.SetCookie;
import dev.weft.io.websocket.Message;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

/** K27: what something holds is not in how it describes itself. */
final class ToStringSecretsTest {
    private static final String SECRET = "s3cr3t-0f-a-kind";
    private static final byte[] BYTES = SECRET.getBytes(StandardCharsets.UTF_8);

    @Test
    void values_withSecrets_describeThemselvesWithoutThem() throws Exception {
        var password = ContextVar.<String>of("password");
        run(() -> {
            var described = new LinkedHashMap<String, Object>();
            described.put("headers", Headers.of("Authorization", SECRET, "Cookie", SECRET, "Set-Cookie", SECRET));
            described.put("cookie", SetCookie.of("id", SECRET));
            described.put(
                    "request",
                    ClientRequest.post("http://127.0.0.1/login?token=" + SECRET)
                            .header("Authorization", SECRET)
                            .body("text/plain", SECRET));
            described.put("text", new Message.Text(SECRET));
            described.put("binary", new Message.Binary(BYTES));
            described.put("environment", ProcessOptions.DEFAULT.env(Map.of("PASSWORD", SECRET)));
            described.put("communicated", new CommunicateResult(BYTES, BYTES));
            described.put("completed", new CompletedProcess(List.of("login", SECRET), 0, BYTES, BYTES));
            described.put("tls", TlsOptions.of(SSLContext.getDefault()));

            var reader = new StreamReader();
            reader.feedData(BYTES);
            described.put("reader", reader);
            var queue = new Queue<String>();
            queue.put(SECRET);
            described.put("queue", queue);
            var channel = Channel.<String>open(1);
            channel.sender().send(SECRET);
            described.put("sender", channel.sender());
            described.put("receiver", channel.receiver());

            password.set(SECRET);
            described.put("variable", password);
            described.put("context", new Context());
            described.put("loop", getRunningLoop());
            String captured = SECRET;
            described.put(
                    "handle", getRunningLoop().callLater(Duration.ofHours(1), () -> assertTrue(captured.isEmpty())));
            var task = createTask(() -> sleep(Duration.ofHours(captured.length())));
            sleep(Duration.ZERO);
            described.put("task", task);
            var dump = new ByteArrayOutputStream();
            dumpTasks(new PrintStream(dump, true, StandardCharsets.UTF_8));
            described.put("dump", dump.toString(StandardCharsets.UTF_8));
            task.cancel();

            described.forEach(
                    (what, value) -> assertFalse(value.toString().contains(SECRET), () -> what + " tells: " + value));
            assertTrue(described.get("headers").toString().contains("Authorization"), "the test looks at something");
        });
    }

    @Test
    void exceptions_withWhatWasRead_doNotTellItInTheirMessage() {
        run(() -> {
            var reader = new StreamReader(4, getRunningLoop());
            reader.feedData(BYTES);
            var overrun = assertThrows(LimitOverrunException.class, () -> reader.readUntil(new byte[] {'\n'}));
            reader.feedEof();
            var incomplete = assertThrows(IncompleteReadException.class, () -> reader.readExactly(100));

            assertFalse(overrun.toString().contains(SECRET.substring(0, 4)), overrun::toString);
            assertFalse(incomplete.toString().contains(SECRET.substring(0, 4)), incomplete::toString);
        });
    }
}
