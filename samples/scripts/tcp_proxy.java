//JAVA 25+
//DEPS dev.weft:weft-runtime-io:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import dev.weft.io.*;
import java.io.IOException;

import static dev.weft.Asyncio.*;

/** A proxy: whatever comes in goes to another server, and the answer back. The server behind it, and a client, are its own. */
void shout(StreamReader reader, StreamWriter writer) throws IOException {
    try (writer) {
        for (var line : reader.frames(Framing.line())) {
            IO.println("behind the proxy: " + new String(line));
            writer.writeFrame(Framing.line(), new String(line).toUpperCase(Locale.ROOT).getBytes());
        }
    }
}

void forward(StreamReader client, StreamWriter toClient, int port) throws IOException {
    try (toClient;
            var server = Net.openConnection("127.0.0.1", port)) {
        taskGroup(group -> {
            group.createTask(() -> copy(client, server.writer()));
            group.createTask(() -> copy(server.reader(), toClient));
        });
    }
}

void copy(StreamReader from, StreamWriter to) throws IOException {
    byte[] data;
    while ((data = from.read(64 * 1024)).length > 0) {
        to.write(data);
        to.drain(); // not faster than the other side takes it
    }
    to.writeEof();
}

void main() throws IOException {
    run(() -> {
        var behind = Net.startServer(this::shout, "127.0.0.1", 0);
        var front = Net.startServer((reader, writer) -> forward(reader, writer, behind.port()), "127.0.0.1", 0);

        try (var client = Net.openConnection("127.0.0.1", front.port())) {
            var answers = client.reader().frames(Framing.line());
            for (var line : List.of("hello", "is anybody there?")) {
                client.writer().writeFrame(Framing.line(), line.getBytes());
                IO.println("the answer: " + new String(answers.next().orElseThrow()));
            }
        }
        front.close();
        front.waitClosed();
        behind.close();
    });
}
