package dev.weft.io.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.ExceptionContext;
import dev.weft.Future;
import dev.weft.io.BaseProtocol;
import dev.weft.io.BaseTransport;
import dev.weft.io.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What cannot be had of the system on demand. */
final class AcceptorTest {
    private static final TransportOwner NOBODY = new TransportOwner() {
        @Override
        public void attached(Transport transport) {}

        @Override
        public void detached(Transport transport) {}
    };

    // Conformance 337: test_base_events.py::BaseEventLoopWithSelectorTests::test_accept_connection_retry
    @Test
    void accept_outOfFileDescriptors_reportsOncePausesAndRetries() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            var reports = new ArrayList<ExceptionContext>();
            loop.setExceptionHandler((l, context) -> reports.add(context));
            Future<BaseTransport> served = loop.createFuture();
            var listener = ServerSocketChannel.open();
            listener.configureBlocking(false);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var acceptor = new Acceptor(
                    loop,
                    listener,
                    10,
                    false,
                    () -> new BaseProtocol() {
                        @Override
                        public void connectionMade(BaseTransport transport) {
                            served.setResult(transport);
                        }
                    },
                    TransportFactory.PLAIN,
                    NOBODY);
            int[] calls = {0};
            acceptor.setSource(() -> {
                if (calls[0]++ == 0) {
                    throw new IOException("Too many open files");
                }
                return listener.accept();
            });
            acceptor.start();
            try (var client = SocketChannel.open()) {
                client.configureBlocking(false);
                client.connect(listener.getLocalAddress());
                long began = loop.time();
                ((Transport) served.await()).abort();
                assertTrue(loop.time() - began >= 1_000_000_000L, "accepted again too early");
            }
            assertEquals(1, reports.size(), reports::toString);
            assertTrue(reports.getFirst().message().contains("out of system resources"));
            assertTrue(calls[0] <= 4, "asked " + calls[0] + " times");
            acceptor.close();
        });
    }

    @Test
    void inTurns_families_alternateAfterTheFirstFew() {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (String literal : List.of("::1", "::2", "::3", "127.0.0.1", "127.0.0.2")) {
            addresses.add(new InetSocketAddress(InetAddress.ofLiteral(literal), 1));
        }
        assertEquals(addresses, Connector.inTurns(addresses, 0));
        assertEquals(order(addresses, 0, 3, 1, 4, 2), Connector.inTurns(addresses, 1));
        assertEquals(order(addresses, 0, 1, 3, 2, 4), Connector.inTurns(addresses, 2));
    }

    private static List<InetSocketAddress> order(List<InetSocketAddress> addresses, int... indices) {
        var ordered = new ArrayList<InetSocketAddress>();
        for (int index : indices) {
            ordered.add(addresses.get(index));
        }
        return ordered;
    }

    // Conformance 327:
    // test_base_events.py::BaseEventLoopWithSelectorTests::test_create_connection_happy_eyeballs_empty_exceptions
    @Test
    void race_attemptsCancelledFromOutside_isATimeout() {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            Future<SocketChannel> never = loop.createFuture();
            var attempts = new Attempts(loop, List.of(never::await), Duration.ofMillis(1));
            loop.callLater(Duration.ofMillis(1), () -> never.cancel());
            assertThrows(SocketTimeoutException.class, attempts::race);
        });
    }
}
