package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A disk that is full, as the system plays it: {@code /dev/full} takes nothing. */
final class FullDiskTest {
    private static final Path FULL = Path.of("/dev/full");

    @BeforeEach
    void isThere() {
        Assumptions.assumeTrue(Files.isWritable(FULL), "no /dev/full here");
    }

    @Test
    void receivedFile_diskFull_handlerHearsOfItAndTheServerGoesOn() throws Exception {
        Asyncio.run(() -> {
            Future<IOException> told = Asyncio.createFuture();
            StreamHandler handler = (reader, writer) -> {
                try (writer;
                        var file = FileChannel.open(FULL, StandardOpenOption.WRITE)) {
                    for (byte[] data = reader.read(65_536); data.length > 0; data = reader.read(65_536)) {
                        ByteBuffer bytes = ByteBuffer.wrap(data);
                        Asyncio.toThread(() -> file.write(bytes));
                    }
                } catch (IOException e) {
                    if (!told.done()) {
                        told.setResult(e);
                    }
                }
            };
            try (var serving = Net.startServer(handler, "127.0.0.1", 0).serving()) {
                for (int i = 0; i < 2; i++) {
                    try (var client =
                            Net.openConnection("127.0.0.1", serving.server().port())) {
                        client.writer().write(new byte[1000]);
                        assertEquals(0, client.reader().readAll().length);
                    }
                }
                assertTrue(told.await().getMessage().contains("No space left"), told.result()::toString);
            }
        });
    }

    @Test
    void outputOfAChild_diskFull_childFailsAlone() throws Exception {
        Asyncio.run(() -> {
            var options = ProcessOptions.DEFAULT.stdout(Redirect.to(FULL)).stderr(Redirect.PIPE);
            var result = Subprocess.run(options, List.of("/bin/sh", "-c", "echo much"));
            assertNotEquals(0, result.returnCode());
            assertTrue(result.stderr().length > 0);
        });
    }
}
