package dev.weft.io.security;

import static dev.weft.Asyncio.getRunningLoop;
import static dev.weft.Asyncio.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.io.Framing;
import dev.weft.io.StreamReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** K29: ten times the data from a peer take no more than twelve times the time. What is quadratic takes a hundred times. */
@Timeout(60)
final class LinearityTest {
    private static final int ATTEMPTS = 30;

    private interface Work {
        void of(int size) throws Exception;
    }

    @Test
    void readLine_bytesOneByOne_isLinear() {
        assertLinear(
                20_000,
                size -> run(() -> {
                    var reader = new StreamReader(10 * size + 1_000_000, getRunningLoop());
                    feedOneByOne(reader, size);
                    reader.feedData(new byte[] {'\n'});
                    assertEquals(size + 1, reader.readLine().length);
                }));
    }

    @Test
    void readUntil_almostTheSeparatorAgainAndAgain_isLinear() {
        byte[] separator = ("a".repeat(30) + "b").getBytes(StandardCharsets.US_ASCII);
        assertLinear(
                20_000,
                size -> run(() -> {
                    var reader = new StreamReader(10 * size + 1_000_000, getRunningLoop());
                    feedOneByOne(reader, size);
                    reader.feedData(new byte[] {'b'});
                    assertEquals(size + 1, reader.readUntil(List.of(separator)).length);
                }));
    }

    @Test
    void readAll_manyPieces_isLinear() {
        assertLinear(
                50_000,
                size -> run(() -> {
                    var reader = new StreamReader(1_000_000_000, getRunningLoop());
                    feedOneByOne(reader, size);
                    reader.feedEof();
                    assertEquals(size, reader.readAll().length);
                }));
    }

    @Test
    void lines_manyShortOnesInOneBuffer_areLinear() {
        assertLinear(
                20_000,
                size -> run(() -> {
                    var reader = filled("x\n".repeat(size));
                    int count = 0;
                    for (byte[] _ : reader.lines()) {
                        count++;
                    }
                    assertEquals(size, count);
                }));
    }

    @Test
    void frames_manyShortOnesInOneBuffer_areLinear() {
        assertLinear(
                20_000,
                size -> run(() -> {
                    var reader = filled("3:abc,".repeat(size));
                    int count = 0;
                    for (byte[] _ : reader.frames(Framing.netstring())) {
                        count++;
                    }
                    assertEquals(size, count);
                }));
    }

    private static StreamReader filled(String text) throws IOException {
        var reader = new StreamReader(1_000_000_000, getRunningLoop());
        reader.feedData(text.getBytes(StandardCharsets.US_ASCII));
        reader.feedEof();
        return reader;
    }

    private static void feedOneByOne(StreamReader reader, int size) {
        byte[] one = {'a'};
        for (int i = 0; i < size; i++) {
            reader.feedData(one);
        }
    }

    /**
     * Ten times the work against one that is ten times as large: both take equally long, so that a busy machine slows both down. It will not
     * slow down the same one in every attempt.
     */
    private static void assertLinear(int size, Work work) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < ATTEMPTS && best > 12; i++) {
            long ten = nanos(10, size, work);
            best = Math.min(best, 10.0 * nanos(1, 10 * size, work) / ten);
        }
        double factor = best;
        assertTrue(factor <= 12, () -> "ten times the data took " + factor + " times the time");
    }

    private static long nanos(int times, int size, Work work) {
        long began = System.nanoTime();
        try {
            for (int i = 0; i < times; i++) {
                work.of(size);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return System.nanoTime() - began;
    }
}
