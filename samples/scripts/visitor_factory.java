//JAVA 25+
//DEPS dev.weft:weft-runtime-io:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.io.*;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

import static dev.weft.Asyncio.*;

/** A factory holds what the protocols of a server share: here, how many visitors there were. */
record Greeting(int number) implements Protocol {
    @Override
    public void connectionMade(BaseTransport transport) {
        ((Transport) transport).write(("You are visitor " + number + ".\n").getBytes());
        transport.close();
    }

    @Override
    public void dataReceived(ByteBuffer data) {}
}

class VisitorFactory implements Supplier<Greeting> {
    int visitors;

    @Override
    public Greeting get() {
        visitors++;
        return new Greeting(visitors);
    }
}

void main() throws IOException {
    run(() -> {
        var factory = new VisitorFactory();
        var server = Net.createServer(factory, "127.0.0.1", 0);
        for (int i = 0; i < 3; i++) {
            try (var visitor = Net.openConnection("127.0.0.1", server.port())) {
                IO.print(new String(visitor.reader().readAll()));
            }
        }
        server.close();
        IO.println("visitors: " + factory.visitors);
    });
}
