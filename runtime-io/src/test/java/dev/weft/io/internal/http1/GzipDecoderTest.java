package dev.weft.io.internal.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.io.http.HttpProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/** Members of RFC 1952 with everything their headers can have, and what is none. */
final class GzipDecoderTest {
    private static final int HCRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private static byte[] member(String text, int flags, byte[] extra) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, (byte) flags, 0, 0, 0, 0, 0, 3});
        if ((flags & EXTRA) != 0) {
            out.write(extra.length);
            out.write(extra.length >>> 8);
            out.writeBytes(extra);
        }
        if ((flags & NAME) != 0) {
            out.writeBytes("name\0".getBytes(US_ASCII));
        }
        if ((flags & COMMENT) != 0) {
            out.writeBytes("a comment\0".getBytes(US_ASCII));
        }
        if ((flags & HCRC) != 0) {
            out.writeBytes(new byte[] {1, 2}); // not looked at
        }
        byte[] bytes = text.getBytes(US_ASCII);
        var deflater = new Deflater(9, true);
        deflater.setInput(bytes);
        deflater.finish();
        var packed = new byte[1000];
        out.write(packed, 0, deflater.deflate(packed));
        deflater.end();
        var crc = new CRC32();
        crc.update(bytes);
        for (long number : new long[] {crc.getValue(), bytes.length}) {
            for (int shift = 0; shift < 32; shift += 8) {
                out.write((int) (number >>> shift));
            }
        }
        return out.toByteArray();
    }

    /** In pieces of so many bytes. */
    private static String decoded(byte[] bytes, int piece) throws HttpProtocolException {
        try (var decoder = new GzipDecoder()) {
            var text = new StringBuilder();
            for (int at = 0; at < bytes.length; at += piece) {
                ByteBuffer in = ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at));
                for (ByteBuffer out = decoder.decode(in); out.hasRemaining(); out = decoder.decode(in)) {
                    text.append(US_ASCII.decode(out));
                }
            }
            decoder.end();
            return text.toString();
        }
    }

    private static void assertRefused(byte[] bytes) {
        for (int piece : new int[] {1, 7, bytes.length + 1}) {
            var failure = assertThrows(HttpProtocolException.class, () -> decoded(bytes, piece));
            assertEquals("the body is not in the coding gzip, or not complete", failure.getMessage());
        }
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }

    @Test
    void decode_headersOfEveryKind_inPiecesOfEachSize() throws HttpProtocolException {
        for (int flags = 0; flags < 32; flags += 2) {
            for (byte[] extra : new byte[][] {{}, {1}, new byte[300]}) {
                byte[] member = member("hello, hello", flags, extra);
                for (int piece : new int[] {1, 3, member.length}) {
                    assertEquals("hello, hello", decoded(member, piece), "flags " + flags);
                }
            }
        }
    }

    @Test
    void decode_membersInARow_areOneText() throws HttpProtocolException {
        byte[] both = joined(member("one", NAME, new byte[0]), member("", EXTRA, new byte[] {1, 2}));
        byte[] all = joined(both, member(" two", 0, new byte[0]));
        for (int piece = 1; piece <= all.length; piece++) {
            assertEquals("one two", decoded(all, piece));
        }
    }

    @Test
    void decode_cutAnywhere_isRefused() {
        byte[] member = member("hello", EXTRA | NAME | COMMENT | HCRC, new byte[] {1, 2, 3});
        for (int length = 0; length < member.length; length++) {
            assertRefused(Arrays.copyOf(member, length));
        }
        assertRefused(joined(member, new byte[] {0x1f}));
    }

    @Test
    void decode_headersThatAreNone_areRefused() {
        for (int at : new int[] {0, 1, 2, 3}) {
            byte[] member = member("hello", 0, new byte[0]);
            member[at] ^= (byte) 0xE0;
            assertRefused(member);
        }
    }

    @Test
    void decode_nameWithoutAnEnd_isRefusedAfterFourKibibytes() {
        byte[] header = {0x1f, (byte) 0x8b, 8, NAME, 0, 0, 0, 0, 0, 3};
        var name = new byte[5000];
        Arrays.fill(name, (byte) 'n');
        assertRefused(joined(header, name));
    }

    @Test
    void decode_bytesChanged_areRefused() {
        byte[] member = member("hello, hello, hello", 0, new byte[0]);
        for (int at = member.length - 8; at < member.length; at++) { // the sum and the length
            byte[] changed = member.clone();
            changed[at] ^= 1;
            assertRefused(changed);
        }
        byte[] changed = member.clone();
        changed[10] = 7; // a kind of block that does not exist
        assertRefused(changed);
    }
}
