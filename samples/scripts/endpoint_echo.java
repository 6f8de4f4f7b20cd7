//JAVA 25+
//DEPS dev.weft:weft-runtime-io:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.io.*;
import java.io.IOException;
import java.nio.ByteBuffer;

import static dev.weft.Asyncio.*;

/** Sends back what it is sent, wherever a description says: tcp, ssl, unix, systemd... A client of its own tries it. */
class Echo implements Protocol {
    private Transport transport;

    @Override
    public void connectionMade(BaseTransport transport) {
        this.transport = (Transport) transport;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        transport.write(data);
    }
}

void main(String[] args) throws IOException {
    var description = args.length > 0 ? args[0] : "tcp:0:interface=127.0.0.1";
    run(() -> {
        var server = Endpoints.server(description).listen(Echo::new);

        var client = Endpoints.client("tcp:127.0.0.1:" + server.port() + ":timeout=15");
        try (var question = client.connect()) {
            question.writer().write("hello".getBytes());
            IO.println("the answer is " + new String(question.reader().readExactly(5)));
        }
        server.close();
    });
}
