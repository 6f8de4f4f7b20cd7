package dev.weft.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** People with a terminal and people with a browser, in one room. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WebChatTest {
    /** What a browser shows. */
    private static final class Browser implements WebSocket.Listener {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            lines.add(text.toString());
            socket.request(1);
            return java.util.concurrent.CompletableFuture.completedStage(null);
        }

        String next() throws InterruptedException {
            return String.valueOf(lines.poll(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void webChat_terminalAndBrowser_hearEachOther() throws Exception {
        try (var chat = SampleProcess.java("web_chat", "0", "0");
                var http = HttpClient.newHttpClient()) {
            int lines = Integer.parseInt(after("lines on port ", chat.readLine()));
            var page = URI.create(after("page at ", chat.readLine()));
            var shown = http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(200, shown.statusCode());
            assertTrue(shown.body().contains("new WebSocket("), shown.body());

            var ada = new Browser();
            var socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + page.getPort() + "/chat"), ada)
                    .get(20, TimeUnit.SECONDS);
            socket.sendText("Ada", true).get();
            assertEquals("* Ada has come", ada.next());
            try (var terminal = new Socket(InetAddress.getLoopbackAddress(), lines);
                    var bob = new BufferedReader(
                            new InputStreamReader(terminal.getInputStream(), StandardCharsets.UTF_8))) {
                terminal.getOutputStream().write("Bob\r\n".getBytes(StandardCharsets.UTF_8));
                assertEquals("* Bob has come", ada.next());
                assertEquals("* Bob has come", bob.readLine());
                socket.sendText("grüße\nfrom a browser", true).get();
                assertEquals("<Ada> grüße from a browser", bob.readLine());
                assertEquals("<Ada> grüße from a browser", ada.next());
                terminal.getOutputStream().write("and from a terminal\n".getBytes(StandardCharsets.UTF_8));
                assertEquals("<Bob> and from a terminal", ada.next());
                assertEquals("<Bob> and from a terminal", bob.readLine());
                socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get();
                assertEquals("* Ada has left", bob.readLine());
            }
        }
    }

    private static String after(String prefix, String line) {
        assertTrue(line.startsWith(prefix), line);
        return line.substring(prefix.length());
    }
}
