//JAVA 25+
//DEPS dev.weft:weft-runtime-io:0.1.0-SNAPSHOT
//DEPS org.eclipse.jetty:jetty-http:12.1.14
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import dev.weft.io.*;
import dev.weft.io.http.*;
import dev.weft.io.websocket.*;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import static dev.weft.Asyncio.*;

/**
 * One chat room for two kinds of people: those with a terminal (nc 127.0.0.1 8000) and those with a browser (http://127.0.0.1:8080/). The first
 * line, or message, is one's name. Ports 8000 and 8080, or those given; 0 picks a free one. Ctrl-C ends it.
 */
final int MOST_WAITING = 64 * 1024; // bytes: who takes no more is shown the door

final Broadcast browsers = new Broadcast(SlowPeers.DISCONNECT, MOST_WAITING);
final Set<StreamWriter> terminals = new LinkedHashSet<>();

void sayToAll(String line) {
    browsers.send(line);
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    for (var terminal : List.copyOf(terminals)) {
        if (terminal.transport().getWriteBufferSize() > MOST_WAITING) {
            terminal.transport().abort();
        } else {
            terminal.write(bytes);
        }
    }
}

void browser(WebSocket socket) {
    var messages = socket.iterator();
    if (!messages.hasNext()) {
        return;
    }
    String name = text(messages.next());
    try (var _ = browsers.join(socket)) {
        sayToAll("* " + name + " has come");
        while (messages.hasNext()) {
            sayToAll("<" + name + "> " + text(messages.next()));
        }
    } finally {
        sayToAll("* " + name + " has left");
    }
}

String text(Message message) {
    return message instanceof Message.Text(String text) ? oneLine(text) : "(bytes)";
}

void terminal(StreamReader reader, StreamWriter writer) throws IOException {
    try (writer) {
        var lines = reader.lines(StandardCharsets.UTF_8).iterator();
        if (!lines.hasNext()) {
            return;
        }
        String name = oneLine(lines.next());
        terminals.add(writer);
        try {
            sayToAll("* " + name + " has come");
            while (lines.hasNext()) {
                sayToAll("<" + name + "> " + oneLine(lines.next()));
            }
        } finally {
            terminals.remove(writer);
            sayToAll("* " + name + " has left");
        }
    } catch (UncheckedIOException e) {
        // The terminal is gone, or sent a line without an end.
    }
}

String oneLine(String text) {
    return text.strip().replaceAll("\\p{Cntrl}+", " ");
}

final String PAGE = """
        <!DOCTYPE html>
        <meta charset="utf-8">
        <title>Weft chat</title>
        <pre id="room"></pre>
        <form><input id="line" autocomplete="off" autofocus placeholder="your name"> <button>say</button></form>
        <script>
            const room = document.getElementById("room"), line = document.getElementById("line");
            const socket = new WebSocket(location.origin.replace("http", "ws") + "/chat");
            const show = text => room.append(text + "\\n");
            socket.onmessage = event => show(event.data);
            socket.onclose = event => show("* closed: " + event.code + " " + event.reason);
            document.forms[0].onsubmit = event => {
                event.preventDefault();
                socket.send(line.value);
                line.value = line.placeholder = "";
            };
        </script>
        """;

void main(String[] args) throws IOException {
    int linesPort = args.length > 0 ? Integer.parseInt(args[0]) : 8000;
    int pagePort = args.length > 1 ? Integer.parseInt(args[1]) : 8080;
    run(() -> {
        var options = WebSocketOptions.DEFAULT.maxMessageSize(4096);
        var router = new Router()
                .get("/", request -> Response.of(200).body("text/html; charset=utf-8", PAGE))
                .get("/chat", request -> WebSocket.upgrade(request, options, this::browser));
        try (var lines = Net.startServer(this::terminal, "127.0.0.1", linesPort);
                var pages = Http.serve(router, "127.0.0.1", pagePort)) {
            IO.println("lines on port " + lines.port());
            IO.println("page at http://127.0.0.1:" + pages.port() + "/");
            pages.serveForever();
        }
    });
}
