package dev.weft.io.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What comes of a body's parts, however it is read. */
final class BodyTest {
    private static final class Parts implements BodySource {
        private final ArrayDeque<String> parts;
        private final long declared;
        boolean closed;

        Parts(long declared, String... parts) {
            this.declared = declared;
            this.parts = new ArrayDeque<>(List.of(parts));
        }

        @Override
        public ByteBuffer next() {
            String next = parts.pollFirst();
            return ByteBuffer.wrap(next == null ? new byte[0] : next.getBytes(UTF_8));
        }

        @Override
        public boolean isDone() {
            return parts.isEmpty();
        }

        @Override
        public long remaining() {
            return declared;
        }

        @Override
        public Headers trailers() {
            return new Headers();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static Body body(String... parts) {
        return new Body(new Parts(-1, parts), new Headers(), 100, 10);
    }

    @Test
    void read_pieces_areNoLongerThanAskedFor() throws IOException {
        var body = body("hello", "you");
        assertEquals(0, body.read(0).length);
        assertEquals("he", new String(body.read(2), UTF_8));
        assertEquals("llo", new String(body.read(100), UTF_8));
        assertEquals("Body[5 bytes read]", body.toString());
        assertEquals("you", new String(body.read(3), UTF_8));
        assertEquals(0, body.read(3).length);
        assertEquals("Body[8 bytes read, done]", body.toString());
        assertThrows(IllegalArgumentException.class, () -> body.read(-1));
        assertThrows(IllegalArgumentException.class, () -> body.limit(-1));
    }

    @Test
    void readInto_room_isFilledFromOnePart() throws IOException {
        var body = body("hello", "you");
        assertEquals(0, body.readInto(ByteBuffer.allocate(0)));
        assertEquals(2, body.readInto(ByteBuffer.allocate(2)));
        assertEquals(3, body.readInto(ByteBuffer.allocate(20)));
        assertEquals(3, body.readInto(ByteBuffer.allocate(20)));
        assertEquals(0, body.readInto(ByteBuffer.allocate(20)));
    }

    @Test
    void inputStream_readsToTheEnd() throws IOException {
        try (var in = body("hello", "you").inputStream()) {
            assertEquals(0, in.available());
            assertEquals('h', in.read());
            assertEquals(4, in.available());
            assertEquals(0, in.read(new byte[3], 1, 0));
            var two = new byte[3];
            assertEquals(2, in.read(two, 1, 2));
            assertArrayEquals(new byte[] {0, 'e', 'l'}, two);
            assertEquals("loyou", new String(in.readAllBytes(), UTF_8));
            assertEquals(-1, in.read());
            assertEquals(-1, in.read(new byte[3]));
            assertThrows(IndexOutOfBoundsException.class, () -> in.read(new byte[3], 2, 2));
        }
    }

    @Test
    void limit_passed_failsNowAndLater() {
        var body = body("hello", "you").limit(7);
        var first = assertThrows(HttpProtocolException.class, body::readAll);
        assertSame(first, assertThrows(HttpProtocolException.class, body::readAll));
        assertSame(first, body.failure());
        var announced = new Body(new Parts(101), new Headers(), 100, 10);
        assertThrows(HttpProtocolException.class, () -> announced.read(1));
        assertEquals(0, announced.failure() == null ? 1 : 0);
    }

    @Test
    void close_letsGoOfTheSource() {
        var parts = new Parts(5, "hello");
        var body = new Body(parts, new Headers(), 100, 10);
        body.close();
        assertEquals(true, parts.closed);
    }
}
