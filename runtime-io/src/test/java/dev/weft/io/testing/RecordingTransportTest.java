package dev.weft.io.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.io.BaseProtocol;
import dev.weft.io.BaseTransport;
import dev.weft.io.BufferedProtocol;
import dev.weft.io.Protocol;
import dev.weft.io.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Protocols without a connection. */
final class RecordingTransportTest {
    /** Says in capitals what it hears, and writes down what else happens. */
    private static final class Shouting implements Protocol {
        final List<String> trail = new ArrayList<>();
        boolean keep;
        Transport transport;

        @Override
        public void connectionMade(BaseTransport made) {
            transport = (Transport) made;
            trail.add("made");
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            String text = UTF_8.decode(data).toString();
            if (text.equals("bad")) {
                throw new IllegalStateException("bad");
            }
            transport.write(text.toUpperCase(java.util.Locale.ROOT).getBytes(UTF_8));
        }

        @Override
        public boolean eofReceived() {
            trail.add("eof");
            return keep;
        }

        @Override
        public void readingResumed() {
            trail.add("resumed reading");
        }

        @Override
        public void pauseWriting() {
            trail.add("pause");
        }

        @Override
        public void resumeWriting() {
            trail.add("resume");
        }

        @Override
        public void connectionLost(Exception exception) {
            trail.add("lost " + exception);
        }
    }

    private final Shouting protocol = new Shouting();
    private final RecordingTransport transport = RecordingTransport.connect(protocol);

    @Test
    void feed_reachesTheProtocolAtOnce_andItsAnswersAreKept() {
        transport.feed("hello");
        transport.feed(", weft");
        assertEquals("HELLO, WEFT", transport.text());
        assertEquals(2, transport.writes().size());
        assertArrayEquals("HELLO".getBytes(UTF_8), transport.writes().getFirst());
        transport.clear();
        assertEquals(0, transport.bytes().length);
        assertEquals(List.of("made"), protocol.trail);
    }

    @Test
    void feed_whatTheProtocolThrows_reachesTheTest() {
        assertThrows(IllegalStateException.class, () -> transport.feed("bad"));
    }

    @Test
    void feed_whileReadingIsPaused_isHeldBack() {
        transport.pauseReading();
        transport.feed("a");
        transport.feed("b");
        assertEquals("", transport.text());
        transport.resumeReading();
        assertEquals("AB", transport.text());
        assertEquals(List.of("made", "resumed reading"), protocol.trail);
    }

    @Test
    void feedEof_whileReadingIsPaused_comesAfterTheBytes() {
        transport.pauseReading();
        transport.feed("a");
        transport.feedEof();
        assertThrows(IllegalStateException.class, transport::feedEof);
        assertThrows(IllegalStateException.class, () -> transport.feed("b"));
        assertEquals(List.of("made"), protocol.trail);
        transport.resumeReading();
        assertEquals("A", transport.text());
        assertEquals(List.of("made", "resumed reading", "eof"), protocol.trail);
        assertTrue(transport.isClosing());
    }

    @Test
    void eof_protocolDoesNotKeepTheConnection_closesIt() {
        transport.feedEof();
        assertTrue(transport.isClosing());
        transport.lose(null);
        assertEquals(List.of("made", "eof", "lost null"), protocol.trail);
        assertThrows(IllegalStateException.class, () -> transport.lose(null));
        assertThrows(IllegalStateException.class, () -> transport.feed("x"));
    }

    @Test
    void eof_protocolKeepsTheConnection_canStillWrite() {
        protocol.keep = true;
        transport.feedEof();
        assertFalse(transport.isClosing());
        protocol.transport.write("more".getBytes(UTF_8));
        protocol.transport.writeEof();
        assertTrue(transport.isEofWritten());
        assertThrows(IllegalStateException.class, () -> protocol.transport.write(new byte[1]));
        assertEquals("more", transport.text());
        transport.lose(new IOException("gone"));
        assertEquals("lost java.io.IOException: gone", protocol.trail.getLast());
    }

    @Test
    void heldWrites_passTheWaterMarks() {
        transport.setWriteBufferLimits(10, 2);
        transport.holdWrites(true);
        transport.feed("0123456789");
        assertEquals(List.of("made"), protocol.trail);
        transport.feed("x");
        assertEquals(List.of("made", "pause"), protocol.trail);
        assertEquals(11, transport.getWriteBufferSize());
        transport.holdWrites(false);
        assertEquals(List.of("made", "pause", "resume"), protocol.trail);
    }

    @Test
    void abort_dropsWhatComesAfterwards() {
        protocol.transport.abort();
        assertTrue(transport.isAborted());
        transport.feed("x");
        protocol.transport.write("y".getBytes(UTF_8));
        assertEquals("", transport.text());
    }

    @Test
    void extraInfo_isWhatTheTestSays() {
        assertNull(transport.getExtraInfo("peername", null));
        transport.extraInfo("peername", "somebody");
        assertEquals("somebody", protocol.transport.getExtraInfo("peername", null));
    }

    @Test
    void bufferedProtocol_isFilledInPieces() {
        var buffered = new BufferedProtocol() {
            final ByteBuffer buffer = ByteBuffer.allocate(2);
            final List<String> pieces = new ArrayList<>();

            @Override
            public ByteBuffer getBuffer(int sizeHint) {
                return buffer.clear();
            }

            @Override
            public void bufferUpdated(int length) {
                pieces.add(UTF_8.decode(buffer.flip()).toString());
            }
        };
        RecordingTransport.connect(buffered).feed("abcde");
        assertEquals(List.of("ab", "cd", "e"), buffered.pieces);
    }

    @Test
    void bufferedProtocol_withoutRoom_failsTheTest() {
        for (ByteBuffer room : new ByteBuffer[] {null, ByteBuffer.allocate(0)}) {
            var buffered = new BufferedProtocol() {
                @Override
                public ByteBuffer getBuffer(int sizeHint) {
                    return room;
                }

                @Override
                public void bufferUpdated(int length) {
                    throw new AssertionError("nothing was put in");
                }
            };
            var end = RecordingTransport.connect(buffered);
            assertThrows(IllegalStateException.class, () -> end.feed("a"));
            end.pauseReading();
            end.resumeReading();
            end.feedEof();
            assertTrue(end.isClosing());
        }
    }

    @Test
    void protocolThatOnlyWrites_takesNoBytesAndClosesAtTheEnd() {
        var end = RecordingTransport.connect(new BaseProtocol() {});
        assertThrows(IllegalStateException.class, () -> end.feed("a"));
        end.feedEof();
        assertTrue(end.isClosing());
        assertThrows(IllegalStateException.class, end::feedEof);
        end.lose(null);
        assertThrows(IllegalStateException.class, end::feedEof);
        assertThrows(IllegalStateException.class, () -> end.feed("a"));
    }

    @Test
    void isReading_isToldOfPausesAndTheEnd() {
        assertTrue(transport.isReading());
        transport.resumeReading(); // was not paused
        transport.pauseReading();
        assertFalse(transport.isReading());
        transport.feed("");
        transport.resumeReading();
        assertTrue(transport.isReading());
        protocol.keep = true;
        transport.feedEof();
        assertFalse(transport.isReading());
        transport.close();
        transport.writeEof();
        assertFalse(transport.isReading() || transport.isEofWritten());
        transport.pauseReading();
        transport.resumeReading();
        assertEquals(List.of("made", "resumed reading", "eof"), protocol.trail);
    }

    @Test
    void toString_tellsWhatWasWritten() {
        transport.feed("abc");
        transport.writeLines(List.of(ByteBuffer.allocate(0), ByteBuffer.allocate(0)));
        assertEquals(1, transport.writes().size());
        assertEquals("RecordingTransport[3 bytes written]", transport.toString());
        transport.close();
        assertEquals("RecordingTransport[3 bytes written, closing]", transport.toString());
    }
}
