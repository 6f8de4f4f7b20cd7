//JAVA 25+
//DEPS dev.weft:weft-runtime-io:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import dev.weft.io.*;
import java.io.IOException;

import static dev.weft.Asyncio.*;

/** Sends back whatever it is sent. Port 8000, or the one given; 0 picks a free one. Ctrl-C ends it. */
void echo(StreamReader reader, StreamWriter writer) throws IOException {
    try (writer) {
        byte[] data;
        while ((data = reader.read(4096)).length > 0) {
            writer.write(data);
            writer.drain();
        }
    }
}

void main(String[] args) throws IOException {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 8000;
    run(() -> {
        var server = Net.startServer(this::echo, "127.0.0.1", port);
        try {
            IO.println("serving on port " + server.port());
            server.serveForever();
        } finally {
            IO.println("closing");
        }
    });
}
