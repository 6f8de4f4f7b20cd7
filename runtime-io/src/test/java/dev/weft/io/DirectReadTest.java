package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task takes the bytes of its stream from the connection by itself, whatever others do to the connection meanwhile. */
final class DirectReadTest {
    @FunctionalInterface
    private interface Program {
        @Suspends
        void run(Streams near, Streams far) throws Exception;
    }

    private static void connected(Program program) throws Exception {
        Asyncio.run(() -> {
            Future<Streams> accepted = Asyncio.createFuture();
            try (var serving = Net.startServer(
                            (reader, writer) -> accepted.setResult(new Streams(reader, writer)), "127.0.0.1", 0)
                    .serving()) {
                Streams near = Net.openConnection("127.0.0.1", serving.server().port());
                Streams far = accepted.await();
                try {
                    program.run(near, far);
                } finally {
                    near.writer().transport().abort();
                    far.writer().transport().abort();
                }
            }
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Suspends
    private static void fewIterations() {
        for (int i = 0; i < 20; i++) {
            Asyncio.yieldNow();
        }
    }

    @Test
    void read_readingPausedMeanwhile_waitsUntilItIsResumed() throws Exception {
        connected((near, far) -> {
            Task<byte[]> reading = Asyncio.createTask(() -> near.reader().read(10));
            Asyncio.yieldNow();
            near.writer().transport().pauseReading();
            far.writer().write(bytes("late"));
            fewIterations();
            assertFalse(reading.done());
            near.writer().transport().resumeReading();
            assertEquals("late", new String(reading.await(), UTF_8));
        });
    }

    @Test
    void readExactly_partBufferedAndReadingPaused_doesNotSpin() throws Exception {
        connected((near, far) -> {
            far.writer().write(bytes("half"));
            Task<byte[]> reading = Asyncio.createTask(() -> near.reader().readExactly(8));
            while (near.reader().buffered() < 4) {
                Asyncio.yieldNow();
            }
            near.writer().transport().pauseReading();
            fewIterations();
            assertFalse(reading.done());
            reading.cancel();
            assertThrows(CancelledError.class, reading::await);
            near.writer().transport().resumeReading();
            far.writer().write(bytes("full"));
            assertEquals("halffull", new String(near.reader().readExactly(8), UTF_8));
        });
    }

    @Test
    void read_fedBySomebodyElse_returnsThat() throws Exception {
        connected((near, far) -> {
            Task<byte[]> reading = Asyncio.createTask(() -> near.reader().read(10));
            Asyncio.yieldNow();
            near.reader().feedData(bytes("fed"));
            assertEquals("fed", new String(reading.await(), UTF_8));
            far.writer().write(bytes("sent"));
            assertEquals("sent", new String(near.reader().read(10), UTF_8));
        });
    }

    @Test
    void read_exceptionSetBySomebodyElse_throwsIt() throws Exception {
        connected((near, far) -> {
            Task<byte[]> reading = Asyncio.createTask(() -> near.reader().read(10));
            Asyncio.yieldNow();
            var broken = new IOException("broken");
            near.reader().setException(broken);
            assertSame(broken, assertThrows(IOException.class, () -> reading.await(IOException.class)));
        });
    }

    @Test
    void read_ownSideClosesOrAborts_seesTheEnd() throws Exception {
        for (boolean abort : new boolean[] {true, false}) {
            connected((near, far) -> {
                Task<byte[]> reading = Asyncio.createTask(() -> near.reader().read(10));
                Asyncio.yieldNow();
                if (abort) {
                    near.writer().transport().abort();
                } else {
                    near.writer().close();
                }
                assertEquals(0, reading.await().length);
            });
        }
    }

    @Test
    void read_peerClosesOrResets_endsOrThrows() throws Exception {
        connected((near, far) -> {
            Task<byte[]> reading = Asyncio.createTask(() -> near.reader().read(10));
            Asyncio.yieldNow();
            far.writer().close();
            assertEquals(0, reading.await().length);
            assertTrue(near.reader().atEof());
        });
        connected((near, far) -> {
            Task<byte[]> reading = Asyncio.createTask(() -> near.reader().read(10));
            Asyncio.yieldNow();
            far.writer().getExtraInfo(ExtraInfo.SOCKET).setOption(java.net.StandardSocketOptions.SO_LINGER, 0);
            far.writer().transport().abort();
            assertThrows(ConnectionResetException.class, () -> reading.await(IOException.class));
        });
    }

    @Test
    void read_cancelled_leavesTheBytesForTheNext() throws Exception {
        connected((near, far) -> {
            for (int i = 0; i < 20; i++) {
                Task<byte[]> reading = Asyncio.createTask(() -> near.reader().read(10));
                Asyncio.yieldNow();
                far.writer().write(bytes("data"));
                for (int j = 0; j < i % 4; j++) {
                    Asyncio.yieldNow();
                }
                reading.cancel();
                byte[] got;
                try {
                    got = reading.await();
                } catch (CancelledError e) {
                    got = near.reader().read(10);
                }
                assertEquals("data", new String(got, UTF_8));
            }
        });
    }

    @Test
    void read_fileSentMeanwhile_goesOnAfterwards(@TempDir Path folder) throws Exception {
        Path path = Files.write(folder.resolve("file"), new byte[5_000_000]);
        connected((near, far) -> {
            Task<byte[]> reading = Asyncio.createTask(() -> near.reader().readExactly(6));
            Asyncio.yieldNow();
            try (FileChannel file = FileChannel.open(path)) {
                Task<Long> sending =
                        Asyncio.createTask(() -> Net.sendFile(near.writer().transport(), file));
                fewIterations();
                far.writer().write(bytes("answer"));
                assertArrayEquals(new byte[5_000_000], far.reader().readExactly(5_000_000));
                sending.await();
            }
            assertEquals("answer", new String(reading.await(), UTF_8));
        });
    }

    @Test
    void read_anotherProtocolTakesOver_doesNotStealItsBytes() throws Exception {
        connected((near, far) -> {
            var protocol = new RecordingProtocol();
            protocol.connectionMade(near.writer().transport());
            near.writer().transport().setProtocol(protocol);
            Task<byte[]> reading = Asyncio.createTask(() -> near.reader().read(10));
            Asyncio.yieldNow();
            far.writer().write(bytes("for the protocol"));
            while (protocol.received.isEmpty()) {
                Asyncio.yieldNow();
            }
            assertFalse(reading.done());
            reading.cancel();
            assertThrows(CancelledError.class, reading::await);
        });
    }

    @Test
    void readInto_someBufferedAndMoreComing_keepsTheOrder() throws Exception {
        connected((near, far) -> {
            near.reader().unread(ByteBuffer.wrap(bytes("be")));
            far.writer().write(bytes("fore"));
            var target = ByteBuffer.allocate(4);
            var all = new StringBuilder();
            while (all.length() < 6) {
                int length = near.reader().readInto(target.clear());
                assertEquals(length, target.position());
                all.append(new String(target.array(), 0, length, UTF_8));
            }
            assertEquals("before", all.toString());
        });
    }

    @Test
    void readInto_moreThanTheTargetTakes_leavesTheRest() throws Exception {
        connected((near, far) -> {
            far.writer().write(bytes("123456"));
            var target = ByteBuffer.allocateDirect(4);
            assertEquals(4, near.reader().readInto(target));
            assertEquals("56", new String(near.reader().readExactly(2), UTF_8));
        });
    }

    @Test
    void readInto_peerEnds_returnsZero() throws Exception {
        connected((near, far) -> {
            Task<Integer> reading = Asyncio.createTask(() -> near.reader().readInto(ByteBuffer.allocate(4)));
            fewIterations();
            far.writer().writeEof();
            assertEquals(0, reading.await());
            assertTrue(near.reader().atEof());
        });
    }

    @Test
    void readInto_cancelledBetweenMessages_losesNothing() throws Exception {
        connected((near, far) -> {
            var target = ByteBuffer.allocate(4);
            for (int i = 0; i < 3; i++) {
                far.writer().write(bytes("m" + i));
                assertEquals(2, near.reader().readInto(target.clear()));
                assertEquals("m" + i, new String(target.array(), 0, 2, UTF_8));
                Task<Integer> reading = Asyncio.createTask(() -> near.reader().readInto(target.clear()));
                fewIterations();
                reading.cancel();
                assertThrows(CancelledError.class, reading::await);
                assertEquals(0, target.position());
            }
        });
    }
}
