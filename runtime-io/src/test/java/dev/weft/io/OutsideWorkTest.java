package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.DeadlockException;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.testing.TestLoop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A loop that waits for what this module's own threads are about to hand to it is no deadlock, and its virtual time does not run ahead. */
final class OutsideWorkTest {
    /** The stream takes its time: long enough for the loop to have nothing else to do. */
    private static void slowly() {
        LockSupport.parkNanos(Duration.ofMillis(30).toNanos());
    }

    private static final class SlowInput extends InputStream {
        private int left = 3;

        @Override
        public int read() {
            slowly();
            return left-- > 0 ? 'x' : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int next = read();
            if (next < 0) {
                return -1;
            }
            target[offset] = (byte) next;
            return 1;
        }
    }

    private static final class SlowOutput extends OutputStream {
        final ByteArrayOutputStream taken = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            slowly();
            taken.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            slowly();
            taken.write(bytes, offset, length);
        }
    }

    @Test
    void slowInputStream_isWaitedFor() throws IOException {
        try (var loop = new TestLoop()) {
            loop.<IOException>run(() -> {
                var reader = new StreamReader();
                Net.connectReadPipe(() -> new StreamReaderProtocol(reader), new SlowInput());
                assertEquals("xxx", new String(reader.readAll(), UTF_8));
            });
            assertEquals(0, loop.time());
        }
    }

    @Test
    void inputThatNobodyReads_keepsADeadlockFromNothing() {
        try (var loop = new TestLoop()) {
            assertThrows(
                    DeadlockException.class,
                    () -> loop.<IOException>run(() -> {
                        var pipe = Net.connectReadPipe(
                                () -> new StreamReaderProtocol(new StreamReader()), new SlowInput());
                        pipe.transport().pauseReading();
                        loop.createFuture().await();
                    }));
        }
    }

    @Test
    void slowOutputStream_isWaitedFor() {
        var stream = new SlowOutput();
        try (var loop = new TestLoop()) {
            loop.run(() -> {
                Future<@Nullable Void> lost = loop.createFuture();
                var pipe = Net.connectWritePipe(
                        () -> new BaseProtocol() {
                            @Override
                            public void connectionLost(@Nullable Exception exception) {
                                lost.setResult(null);
                            }
                        },
                        stream);
                pipe.transport().write("all of it".getBytes(UTF_8));
                pipe.transport().close();
                lost.await();
            });
            assertEquals(0, loop.time());
        }
        assertEquals("all of it", stream.taken.toString(UTF_8));
    }

    @Test
    void fileLockOfAnotherLoop_isWaitedFor(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("lock");
        var held = new CountDownLatch(1);
        Thread other = Thread.ofPlatform().start(() -> {
            try (EventLoop loop = EventLoop.create()) {
                loop.<Exception>runUntilComplete(() -> {
                    try (var _ = FileLock.acquire(path)) {
                        held.countDown();
                        Asyncio.toThread(OutsideWorkTest::slowly);
                    }
                });
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        held.await();
        try (var loop = new TestLoop()) {
            loop.<IOException>run(() -> {
                try (var lock = FileLock.acquire(path)) {
                    assertTrue(lock.isHeld());
                }
            });
        }
        other.join();
    }
}
