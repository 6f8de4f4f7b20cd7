package dev.weft.io.internal.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import dev.weft.io.BaseProtocol;
import dev.weft.io.BaseTransport;
import dev.weft.io.BufferedProtocol;
import dev.weft.io.Protocol;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two protocols of each kind with nothing but memory in between. */
final class MemoryTransportTest {
    private static final MemoryTransport.Settings PLAIN =
            new MemoryTransport.Settings(Duration.ZERO, MemoryTransport.LARGEST_CHUNK, true);

    /** Notes what it is told. */
    private static class Noting implements Protocol {
        final List<String> trail = new ArrayList<>();
        boolean keep;

        @Nullable
        RuntimeException thrown;

        MemoryTransport transport;

        @Override
        public void connectionMade(BaseTransport made) {
            transport = (MemoryTransport) made;
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            trail.add(UTF_8.decode(data).toString());
        }

        @Override
        public boolean eofReceived() {
            trail.add("eof");
            if (thrown != null) {
                throw thrown;
            }
            return keep;
        }

        @Override
        public void readingResumed() {
            trail.add("resumed");
            if (thrown != null) {
                throw thrown;
            }
        }

        @Override
        public void connectionLost(@Nullable Exception exception) {
            trail.add("lost"
                    + (exception == null ? "" : " with " + exception.getClass().getSimpleName()));
        }
    }

    private static final class Room implements BufferedProtocol {
        final List<String> trail = new ArrayList<>();

        @Nullable
        ByteBuffer room = ByteBuffer.allocate(3);

        MemoryTransport transport;

        @Override
        public void connectionMade(BaseTransport made) {
            transport = (MemoryTransport) made;
        }

        @Override
        public ByteBuffer getBuffer(int sizeHint) {
            return room == null ? null : room.clear().limit(room.capacity());
        }

        @Override
        public void bufferUpdated(int length) {
            trail.add(UTF_8.decode(room.flip()).toString());
        }

        @Override
        public void connectionLost(@Nullable Exception exception) {
            trail.add("lost"
                    + (exception == null ? "" : " with " + exception.getClass().getSimpleName()));
        }
    }

    @FunctionalInterface
    private interface Program {
        @Suspends
        void run(Noting near) throws Exception;
    }

    private static void connected(BaseProtocol far, Program program) throws Exception {
        connected(PLAIN, far, program);
    }

    private static void connected(MemoryTransport.Settings settings, BaseProtocol far, Program program)
            throws Exception {
        Asyncio.run(() -> {
            var near = new Noting();
            Asyncio.getRunningLoop().setExceptionHandler((_, _) -> {}); // of protocols that throw
            MemoryTransport.connect(Asyncio.getRunningLoop(), settings, near, far);
            program.run(near);
            near.transport.abort();
            settle();
        });
    }

    @Suspends
    private static void settle() {
        for (int i = 0; i < 20; i++) {
            Asyncio.yieldNow();
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    @Test
    void writeLines_arriveInOrder_andWaitWhilePaused() throws Exception {
        var far = new Noting();
        connected(far, near -> {
            far.transport.pauseReading();
            assertFalse(far.transport.isReading());
            near.transport.writeLines(List.of(bytes("a"), bytes(""), bytes("b")));
            settle();
            assertEquals(List.of(), far.trail);
            assertEquals(2, near.transport.getWriteBufferSize());
            assertTrue(near.transport.toString().contains("open, 2 bytes"), near.transport::toString);
            far.transport.resumeReading();
            far.transport.resumeReading();
            settle();
            assertEquals(List.of("resumed", "a", "b"), far.trail);
            assertTrue(far.transport.isReading());
        });
    }

    @Test
    void resumeReading_pausedAgainAtOnceOrFailing_tellsAccordingly() throws Exception {
        var far = new Noting();
        connected(far, near -> {
            near.transport.write(bytes("a"));
            far.transport.pauseReading();
            far.transport.resumeReading();
            far.transport.pauseReading();
            settle();
            assertEquals(List.of(), far.trail);
            far.thrown = new IllegalStateException("no");
            far.transport.resumeReading();
            settle();
            assertEquals(List.of("resumed", "lost with IllegalStateException"), far.trail);
            far.transport.resumeReading(); // too late
            far.transport.abort();
            settle();
            assertEquals(2, far.trail.size());
        });
    }

    @Test
    void writeEof_keptOpen_endsOneDirection() throws Exception {
        var far = new Noting();
        far.keep = true;
        connected(far, near -> {
            near.transport.write(bytes("last"));
            near.transport.writeEof();
            near.transport.writeEof();
            assertThrows(IllegalStateException.class, () -> near.transport.write(bytes("more")));
            settle();
            assertEquals(List.of("last", "eof"), far.trail);
            assertFalse(far.transport.isReading() || far.transport.isClosing());
            far.transport.write(bytes("answer"));
            far.transport.close();
            far.transport.close();
            far.transport.write(bytes("too late"));
            far.transport.writeEof();
            assertTrue(far.transport.toString().contains("closing"), far.transport::toString);
            settle();
            assertEquals(List.of("answer", "eof", "lost"), near.trail);
            assertEquals("lost", far.trail.getLast());
            assertTrue(far.transport.toString().contains("closed"), far.transport::toString);
        });
    }

    @Test
    void eofReceived_throws_losesTheConnection() throws Exception {
        var far = new Noting();
        far.thrown = new IllegalStateException("no");
        connected(far, near -> {
            near.transport.writeEof();
            settle();
            assertEquals(List.of("eof", "lost with IllegalStateException"), far.trail);
        });
    }

    @Test
    void bufferedProtocol_isFilledAsThereIsRoom() throws Exception {
        var far = new Room();
        connected(far, near -> {
            near.transport.write(bytes("abcdefgh"));
            settle();
            assertEquals(List.of("abc", "def", "gh"), far.trail);
            far.transport.pauseReading();
            far.transport.resumeReading(); // is not told
            near.transport.writeEof();
            settle();
            assertEquals("lost", far.trail.getLast());
        });
    }

    @Test
    void bufferedProtocol_withoutRoom_losesTheConnection() throws Exception {
        for (ByteBuffer none : new ByteBuffer[] {null, ByteBuffer.allocate(0)}) {
            var far = new Room();
            far.room = none;
            connected(far, near -> {
                near.transport.write(bytes("abc"));
                settle();
                assertEquals(List.of("lost with IllegalStateException"), far.trail);
            });
        }
    }

    @Test
    void protocolThatOnlyWrites_endsWithThePeer() throws Exception {
        boolean[] lost = {false};
        var far = new BaseProtocol() {
            @Override
            public void connectionLost(@Nullable Exception exception) {
                lost[0] = true;
            }
        };
        connected(far, near -> {
            near.transport.write(bytes("nobody hears this"));
            near.transport.writeEof();
            settle();
            assertEquals(List.of("eof", "lost"), near.trail);
            assertTrue(lost[0]);
        });
    }

    @Test
    void abort_withLatency_isHeardOfLater() throws Exception {
        var far = new Noting();
        connected(new MemoryTransport.Settings(Duration.ofMillis(1), 10, false), far, near -> {
            assertThrows(UnsupportedOperationException.class, near.transport::writeEof);
            assertFalse(near.transport.canWriteEof());
            near.transport.write(bytes("dropped"));
            near.transport.abort();
            near.transport.abort();
            Asyncio.sleep(Duration.ofMillis(5));
            settle();
            assertEquals(List.of("lost"), near.trail);
            assertEquals(List.of("lost with ConnectionResetException"), far.trail);
        });
    }

    @Test
    void setProtocol_other_getsWhatHasArrived() throws Exception {
        var far = new Noting();
        connected(far, near -> {
            var next = new Noting();
            near.transport.write(bytes("a"));
            far.transport.setProtocol(next);
            settle();
            assertEquals(List.of("a"), next.trail);
            assertEquals(next, far.transport.getProtocol());
        });
    }
}
