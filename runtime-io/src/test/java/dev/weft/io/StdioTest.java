package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Future;
import dev.weft.Task;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Standard streams: replaced ones, so that a test can be at their other end. */
final class StdioTest {
    private final InputStream in = System.in;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    @AfterEach
    void putBack() {
        System.setIn(in);
        System.setOut(out);
        System.setErr(err);
    }

    private static void typed(String text) {
        System.setIn(new ByteArrayInputStream(text.getBytes(UTF_8)));
    }

    @Test
    void stdin_lines_areReadToTheEnd() throws IOException {
        typed("one\ntwo\nthree");
        var lines = new ArrayList<String>();
        Asyncio.run(() -> {
            for (String line : Stdio.stdin().lines(UTF_8)) {
                lines.add(line);
            }
            assertTrue(Stdio.stdin().atEof());
            assertSame(Stdio.stdin(), Stdio.stdin());
        });
        assertEquals(List.of("one\n", "two\n", "three"), lines);
    }

    @Test
    void stdin_waitingForInput_leavesTheLoopToOthers() throws IOException {
        var pipe = Pipe.open();
        var keyboard = Channels.newOutputStream(pipe.sink());
        System.setIn(Channels.newInputStream(pipe.source()));
        Asyncio.run(() -> {
            Task<byte[]> line = Asyncio.createTask(() -> Stdio.stdin().readLine());
            for (int i = 0; i < 10; i++) {
                Asyncio.yieldNow();
            }
            assertFalse(line.done());
            Asyncio.toThread(() -> {
                keyboard.write("typed\n".getBytes(UTF_8));
                keyboard.flush();
            });
            assertEquals("typed\n", new String(line.await(), UTF_8));
            keyboard.close();
            assertEquals(0, Stdio.stdin().readLine().length);
        });
    }

    /** The thread that reads cannot be stopped; but what it reads belongs to whoever asks next. */
    @Test
    void stdin_loopEndsWhileReading_nextLoopGetsTheInput() throws IOException {
        var pipe = Pipe.open();
        var keyboard = Channels.newOutputStream(pipe.sink());
        System.setIn(Channels.newInputStream(pipe.source()));
        Asyncio.run(() -> {
            Task<byte[]> line = Asyncio.createTask(() -> Stdio.stdin().readLine());
            Asyncio.yieldNow();
            Asyncio.yieldNow();
            line.cancel();
            assertThrows(CancelledError.class, line::await);
        });
        keyboard.write("for the next one\n".getBytes(UTF_8));
        keyboard.flush();
        Asyncio.run(() -> {
            assertEquals("for the next one\n", new String(Stdio.stdin().readLine(), UTF_8));
        });
        keyboard.close();
    }

    @Test
    void stdin_fails_readThrows() throws IOException {
        System.setIn(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("unplugged");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                throw new IOException("unplugged");
            }
        });
        Asyncio.run(() -> {
            var failure = assertThrows(IOException.class, () -> Stdio.stdin().readLine());
            assertEquals("unplugged", failure.getMessage());
        });
    }

    @Test
    void addReader_inputAndItsEnd_callsBackUntilRemoved() throws IOException {
        typed("one\ntwo\n");
        var trail = new ArrayList<String>();
        Asyncio.run(() -> {
            Future<Void> ended = Asyncio.createFuture();
            Stdio.addReader(() -> {
                byte[] line = Stdio.stdin().readLine();
                trail.add(new String(line, UTF_8));
                if (line.length == 0) {
                    assertTrue(Stdio.removeReader());
                    ended.setResult(null);
                }
            });
            ended.await();
            Asyncio.yieldNow();
            Asyncio.yieldNow();
            assertFalse(Stdio.removeReader());
        });
        assertEquals(List.of("one\n", "two\n", ""), trail);
    }

    @Test
    void stdout_written_isOutWhenTheLoopIsClosed() throws IOException {
        var printed = new ByteArrayOutputStream();
        var complained = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, false, UTF_8));
        System.setErr(new PrintStream(complained, false, UTF_8));
        Asyncio.run(() -> {
            assertSame(Stdio.stdout(), Stdio.stdout());
            for (int i = 0; i < 1000; i++) {
                Stdio.stdout().write((i + "\n").getBytes(UTF_8));
                Stdio.stdout().drain();
            }
            Stdio.stderr().writeLines(List.of("a".getBytes(UTF_8), "b".getBytes(UTF_8)));
        });
        assertEquals(1000, printed.toString(UTF_8).lines().count());
        assertTrue(printed.toString(UTF_8).endsWith("998\n999\n"));
        assertEquals("ab", complained.toString(UTF_8));
    }

    @Test
    void stdout_slow_drainWaitsAndTheLoopGoesOn() throws IOException {
        var gate = new CountDownLatch(1);
        var printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        printed.write(b);
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        try {
                            gate.await();
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                        printed.write(bytes, offset, length);
                    }
                },
                false,
                UTF_8));
        Asyncio.run(() -> {
            StreamWriter writer = Stdio.stdout();
            writer.write(new byte[100_000]);
            Task<Void> draining = Asyncio.createTask(() -> writer.drain());
            for (int i = 0; i < 10; i++) {
                Asyncio.yieldNow();
            }
            assertFalse(draining.done());
            gate.countDown();
            draining.await();
            writer.close();
            writer.waitClosed();
        });
        assertEquals(100_000, printed.size());
    }

    @Test
    void stdout_broken_drainThrows() {
        System.setOut(new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("nobody reads");
                    }
                },
                false,
                UTF_8));
        Asyncio.run(() -> {
            StreamWriter writer = Stdio.stdout();
            writer.write("text".getBytes(UTF_8));
            assertThrows(BrokenPipeException.class, writer::waitClosed);
            assertThrows(ConnectionResetException.class, writer::drain);
        });
    }
}
