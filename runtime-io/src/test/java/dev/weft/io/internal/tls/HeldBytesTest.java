package dev.weft.io.internal.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Bytes that wait for the rest of their record. */
final class HeldBytesTest {
    private static ByteBuffer record(int type, int length) {
        var record =
                ByteBuffer.allocate(5 + length).put((byte) type).put((byte) 3).put((byte) 3);
        return record.putShort((short) length).rewind();
    }

    @Test
    void append_byteByByte_keepsTheOrderWithoutGrowingBeyondWhatIsExpected() {
        var held = new HeldBytes();
        var expected = new byte[16_000];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (byte) i;
            held.append(ByteBuffer.wrap(expected, i, 1), expected.length - i - 1);
        }
        assertEquals(expected.length, held.size());
        assertEquals(expected.length, held.bytes().capacity());
        var read = new byte[expected.length];
        held.bytes().get(read);
        assertArrayEquals(expected, read);
        held.release();
        assertTrue(held.isEmpty());
        assertEquals(0, held.bytes().capacity());
    }

    @Test
    void append_afterSomeWasRead_goesOnBehindTheRest() {
        var held = new HeldBytes();
        held.append(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
        held.bytes().position(1);
        held.append(ByteBuffer.wrap(new byte[] {4}), 0);
        var read = new byte[3];
        held.bytes().get(read);
        assertArrayEquals(new byte[] {2, 3, 4}, read);
    }

    @Test
    void missing_ofEachPrefix_isWhatTheRecordStillNeeds() {
        ByteBuffer record = record(23, 100);
        assertEquals(5, TlsEngine.missing(record.duplicate().limit(0)));
        for (int length = 1; length < 5; length++) {
            assertEquals(5 - length, TlsEngine.missing(record.duplicate().limit(length)));
        }
        for (int length = 5; length <= 105; length++) {
            assertEquals(105 - length, TlsEngine.missing(record.duplicate().limit(length)));
        }
    }

    /** Nobody waits for 65,535 bytes of nonsense. */
    @Test
    void missing_ofWhatIsNoRecord_isNothing() {
        assertEquals(0, TlsEngine.missing(ByteBuffer.wrap("GET".getBytes(StandardCharsets.US_ASCII))));
        assertEquals(0, TlsEngine.missing(record(23, 65_535 - 5)));
    }
}
