package dev.weft.io.security;

import static dev.weft.Asyncio.run;
import static dev.weft.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.io.BaseTransport;
import dev.weft.io.Net;
import dev.weft.io.Protocol;
import dev.weft.io.Server;
import dev.weft.io.ServerOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** K8, museum 80: a full queue of connections is not emptied in one go. */
@Timeout(20)
final class AcceptFairnessIT {
    private static final int WAITING = 300;

    @Test
    void accept_moreThanAHundredWaiting_othersGetTheirTurnInBetween() throws Exception {
        var clients = new ArrayList<SocketChannel>();
        try {
            int most = run(() -> {
                var made = new int[1];
                Server server = Net.createServer(
                        () -> new Protocol() {
                            @Override
                            public void connectionMade(BaseTransport transport) {
                                made[0]++;
                            }

                            @Override
                            public void dataReceived(ByteBuffer data) {
                                throw new AssertionError("nobody sends");
                            }
                        },
                        "127.0.0.1",
                        0,
                        ServerOptions.DEFAULT.startServing(false));
                for (int i = 0; i < WAITING; i++) {
                    clients.add(
                            SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port())));
                }
                server.startServing();
                int mostInOneIteration = 0;
                while (made[0] < WAITING) {
                    int before = made[0];
                    sleep(Duration.ZERO);
                    mostInOneIteration = Math.max(mostInOneIteration, made[0] - before);
                }
                server.close();
                server.abortClients();
                assertEquals(WAITING, made[0]);
                return mostInOneIteration;
            });
            assertTrue(most <= 101, () -> most + " connections in one iteration of the loop");
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
    }
}
