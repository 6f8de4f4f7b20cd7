//JAVA 25+
//DEPS dev.weft:weft-runtime-io:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import dev.weft.io.*;
import java.io.IOException;
import java.net.InetSocketAddress;

import static dev.weft.Asyncio.*;

/** A protocol that prints what becomes of its connection, and a client that gives it something to print. */
class Printing extends LineProtocol {
    private final Future<Void> lost;

    Printing(Future<Void> lost) {
        this.lost = lost;
    }

    @Override
    public void connectionMade(BaseTransport transport) {
        super.connectionMade(transport);
        var peer = (InetSocketAddress) transport.getExtraInfo(ExtraInfo.PEER_NAME);
        IO.println("connected from " + peer.getAddress().getHostAddress());
    }

    @Override
    protected void lineReceived(byte[] line) {
        IO.println("received: " + new String(line));
        sendLine(("got " + new String(line)).getBytes());
    }

    @Override
    public void connectionLost(Exception exception) {
        IO.println("connection lost");
        lost.setResult(null);
    }
}

class Talking extends LineProtocol {
    private final ArrayDeque<String> lines;

    Talking(String... lines) {
        this.lines = new ArrayDeque<>(List.of(lines));
    }

    @Override
    public void connectionMade(BaseTransport transport) {
        super.connectionMade(transport);
        sendLine(lines.removeFirst().getBytes());
    }

    @Override
    protected void lineReceived(byte[] line) {
        IO.println("answered: " + new String(line));
        if (lines.isEmpty()) {
            transport().close();
        } else {
            sendLine(lines.removeFirst().getBytes());
        }
    }
}

void main() throws IOException {
    run(() -> {
        Future<Void> lost = createFuture();
        var server = Net.createServer(() -> new Printing(lost), "127.0.0.1", 0);
        Net.createConnection(() -> new Talking("one", "two"), "127.0.0.1", server.port());
        lost.await();
        server.close();
    });
}
