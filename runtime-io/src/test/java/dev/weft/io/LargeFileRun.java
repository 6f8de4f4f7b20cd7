package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.Asyncio;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of more than 2 GiB over a connection, with nothing in it but its last byte: {@code ./mvnw -B verify -Pfaults}. */
final class LargeFileRun {
    private static final long SIZE = (1L << 31) + 123_457;

    @Test
    void sendFile_moreThanTwoGigabytes_arrivesExactly(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("sparse");
        try (var file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {'z'}), SIZE - 1);
        }
        Asyncio.run(() -> {
            StreamHandler handler = (reader, writer) -> {
                try (writer;
                        var file = FileChannel.open(path)) {
                    long sent = Net.sendFile(writer.transport(), file);
                    assertEquals(SIZE, sent);
                    assertEquals(SIZE, file.position());
                }
            };
            try (var serving = Net.startServer(handler, "127.0.0.1", 0).serving();
                    var client =
                            Net.openConnection("127.0.0.1", serving.server().port())) {
                assertEquals("z at " + (SIZE - 1) + " of " + SIZE, received(client.reader()));
            }
        });
    }

    private static String received(StreamReader reader) throws IOException {
        long count = 0;
        String found = "";
        for (byte[] data = reader.read(1 << 18); data.length > 0; data = reader.read(1 << 18)) {
            for (int i = 0; i < data.length; i++) {
                if (data[i] != 0) {
                    found += (char) data[i] + " at " + (count + i);
                }
            }
            count += data.length;
        }
        return found + " of " + count;
    }
}
