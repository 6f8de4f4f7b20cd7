package dev.weft.io.internal.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.io.BaseProtocol;
import dev.weft.io.BaseTransport;
import dev.weft.io.BufferLimits;
import dev.weft.io.Protocol;
import dev.weft.io.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two blocking streams as one connection, the way a program has its standard input and output. */
final class DuplexTransportTest {
    private final List<String> owned = new ArrayList<>();
    private final TransportOwner owner = new TransportOwner() {
        @Override
        public void attached(Transport transport) {
            owned.add("attached");
        }

        @Override
        public void detached(Transport transport) {
            owned.add("detached");
        }
    };

    /** Notes what it is told, and may throw anywhere. */
    private static final class Noting implements Protocol {
        final List<String> trail = new ArrayList<>();
        final Future<@Nullable Exception> lost = Asyncio.createFuture();
        final Future<Void> ended = Asyncio.createFuture();
        Future<Void> heard = Asyncio.createFuture();
        boolean keep;
        String failing = "";

        private void note(String what) {
            trail.add(what);
            if (what.equals(failing)) {
                throw new IllegalStateException(what);
            }
        }

        @Override
        public void connectionMade(BaseTransport transport) {
            note("made");
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            note(UTF_8.decode(data).toString());
            if (!heard.done()) {
                heard.setResult(null);
            }
        }

        @Override
        public boolean eofReceived() {
            note("eof");
            ended.setResult(null);
            return keep;
        }

        @Override
        public void readingResumed() {
            note("resumed");
        }

        @Override
        public void connectionLost(@Nullable Exception exception) {
            trail.add("lost");
            lost.setResult(exception);
        }
    }

    @FunctionalInterface
    private interface Program {
        @Suspends
        void run(Noting protocol, DuplexTransport transport, OutputStream peer) throws Exception;
    }

    /** The streams stay open, whatever becomes of the transport. */
    private byte[] connected(String failing, Program program) throws Exception {
        var written = new ByteArrayOutputStream();
        Asyncio.run(() -> {
            Asyncio.getRunningLoop().setExceptionHandler((_, _) -> {}); // of protocols that throw
            Pipe pipe = Pipe.open();
            try (var peer = Channels.newOutputStream(pipe.sink());
                    var input = Channels.newInputStream(pipe.source())) {
                var protocol = new Noting();
                protocol.failing = failing;
                var pump = InputPump.shared(input, "test-input");
                var transport = new DuplexTransport(
                        Asyncio.getRunningLoop(), pump, new PrintStream(written, true, UTF_8), protocol, owner);
                transport.start();
                program.run(protocol, transport, peer);
            }
            Asyncio.yieldNow();
        });
        assertEquals(List.of("attached", "detached"), owned);
        return written.toByteArray();
    }

    private static void send(OutputStream peer, String text) throws IOException {
        peer.write(text.getBytes(UTF_8));
    }

    @Test
    void bytes_goBothWays_untilTheInputEnds() throws Exception {
        byte[] written = connected("", (protocol, transport, peer) -> {
            send(peer, "hello");
            protocol.heard.await();
            assertTrue(transport.isReading() && transport.canWriteEof());
            transport.setWriteBufferLimits(100, 10);
            assertEquals(new BufferLimits(10, 100), transport.getWriteBufferLimits());
            transport.write(ByteBuffer.wrap("one ".getBytes(UTF_8)));
            transport.writeLines(List.of(ByteBuffer.wrap("two".getBytes(UTF_8))));
            assertEquals("Transport[stdin and stdout, open]", transport.toString());
            peer.close();
            assertEquals(null, protocol.lost.await());
            assertEquals(List.of("made", "hello", "eof", "lost"), protocol.trail);
            assertTrue(transport.isClosing());
            assertEquals(0, transport.getWriteBufferSize());
            assertEquals("Transport[stdin and stdout, closed]", transport.toString());
        });
        assertArrayEquals("one two".getBytes(UTF_8), written);
    }

    @Test
    void inputEnds_protocolKeepsItOpen_goesOnWriting() throws Exception {
        byte[] written = connected("", (protocol, transport, peer) -> {
            protocol.keep = true;
            peer.close();
            protocol.ended.await();
            assertFalse(transport.isClosing());
            transport.write(ByteBuffer.wrap("after".getBytes(UTF_8)));
            transport.writeEof();
            while (transport.getWriteBufferSize() > 0) {
                Asyncio.yieldNow();
            }
            transport.close(); // its output is at the end already
            transport.close();
            assertEquals(null, protocol.lost.await());
        });
        assertArrayEquals("after".getBytes(UTF_8), written);
    }

    @Test
    void pauseReading_holdsBackAndTellsWhenItGoesOn() throws Exception {
        connected("", (protocol, transport, peer) -> {
            transport.pauseReading();
            assertFalse(transport.isReading());
            send(peer, "hello");
            transport.resumeReading();
            protocol.heard.await();
            assertEquals(List.of("made", "resumed", "hello"), protocol.trail);
            transport.abort();
            transport.abort();
            assertEquals(null, protocol.lost.await());
            assertFalse(transport.isReading());
        });
    }

    @Test
    void protocol_throws_isTheEndOfTheConnection() throws Exception {
        for (String failing : List.of("made", "hello", "eof", "resumed")) {
            owned.clear();
            connected(failing, (protocol, transport, peer) -> {
                if (failing.equals("resumed")) {
                    transport.pauseReading();
                    transport.resumeReading();
                }
                send(peer, "hello");
                if (failing.equals("eof")) {
                    peer.close();
                }
                assertEquals(failing, protocol.lost.await().getMessage());
                assertEquals("lost", protocol.trail.getLast());
            });
        }
    }

    @Test
    void setProtocol_thatTakesNoBytes_isTheEndWhenSomeCome() throws Exception {
        connected("", (protocol, transport, peer) -> {
            Future<Exception> lost = Asyncio.createFuture();
            var other = new BaseProtocol() {
                @Override
                public void connectionLost(@Nullable Exception exception) {
                    lost.setResult(exception);
                }
            };
            transport.setProtocol(other);
            assertEquals(other, transport.getProtocol());
            assertEquals("none", transport.getExtraInfo("peername", "none"));
            send(peer, "hello");
            assertTrue(lost.await() != null);
        });
        owned.clear();
        connected("", (protocol, transport, peer) -> {
            Future<Exception> lost = Asyncio.createFuture();
            transport.setProtocol(new BaseProtocol() {
                @Override
                public void connectionLost(@Nullable Exception exception) {
                    lost.setResult(exception);
                }
            });
            peer.close();
            assertTrue(lost.await().getMessage().contains("not a protocol"), lost.result()::toString);
        });
    }
}
