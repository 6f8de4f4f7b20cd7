package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.testing.TestLoop;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that take their time, on virtual time, with the limits that are on by default. */
final class SlowlorisTest {
    private static final byte[] BYTE = {'a'};

    private final TestLoop loop = new TestLoop();
    private HttpHandler handler =
            request -> Response.text("" + request.body().limit(1L << 40).readAll().length);

    @AfterEach
    void close() {
        loop.close();
    }

    private FakeConnection connect() {
        return new FakeConnection(loop, HttpServerOptions.DEFAULT, handler);
    }

    private void pass(int seconds) {
        loop.advance(Duration.ofSeconds(seconds));
        loop.runReady();
    }

    @Test
    void head_aByteEachTenSeconds_isCutAfterAMinute() {
        var connection = connect();
        connection.feed("GET / HTTP/1.1\r\nHost: x\r\nA: ");
        for (int i = 0; i < 5; i++) {
            pass(10);
            connection.feed(BYTE);
            assertEquals("", connection.sent());
        }
        pass(9);
        assertFalse(connection.isClosed());
        pass(2);
        assertTrue(connection.sent().startsWith("HTTP/1.1 408 "), connection.sent());
        assertTrue(connection.isClosed());
    }

    @Test
    void connection_idle_isClosedAfter75Seconds() {
        var silent = connect();
        var used = connect();
        pass(50);
        used.feed("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertTrue(used.sent().startsWith("HTTP/1.1 200 "));
        pass(24);
        assertFalse(silent.isClosed());
        pass(2);
        assertTrue(silent.isClosed());
        assertEquals("", silent.sent());
        assertFalse(used.isClosed());
        pass(48);
        assertFalse(used.isClosed());
        pass(2);
        assertTrue(used.isClosed());
    }

    @Test
    void body_thatStalls_isCutAfterAMinute() {
        var connection = connect();
        connection.feed("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
        pass(59);
        assertEquals("", connection.sent());
        pass(2);
        assertTrue(connection.sent().startsWith("HTTP/1.1 408 "), connection.sent());
        assertTrue(connection.isClosed());
    }

    @Test
    void body_slowerThan1KiBASecond_isCut_andAFasterOneNot() {
        var slow = connect();
        slow.feed("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n");
        var fast = connect();
        fast.feed("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + 3000 * 300 + "\r\n\r\n");
        for (int second = 0; second < 300; second++) {
            pass(1);
            slow.feed(new byte[500]);
            fast.feed(new byte[3000]);
        }
        assertTrue(slow.sent().startsWith("HTTP/1.1 408 "), slow.sent());
        assertTrue(slow.isClosed());
        assertTrue(fast.sent().startsWith("HTTP/1.1 200 "), fast.sent());
    }

    @Test
    void body_whoseHandlerIsSlow_isNotThePeersFault() {
        handler = request -> {
            int length = 0;
            for (byte[] part = request.body().read(1);
                    part.length > 0;
                    part = request.body().read(1)) {
                Asyncio.sleep(Duration.ofSeconds(30));
                length += part.length;
            }
            return Response.text("" + length);
        };
        var connection = connect();
        connection.feed("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n0123456789");
        pass(30 * 10 + 50);
        assertEquals("", connection.sent());
        connection.feed("0123456789");
        pass(30 * 10 + 1);
        assertTrue(connection.sent().startsWith("HTTP/1.1 200 "), connection.sent());
    }

    @Test
    void answer_thatThePeerDoesNotTake_isCutAfterAMinute() {
        handler = request -> Response.stream("text/plain", out -> {
            for (int i = 0; i < 100; i++) {
                out.write(new byte[10_000]);
            }
        });
        var connection = connect();
        connection.stick();
        connection.feed("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertTrue(connection.sent().length() < 100_000); // then it waits
        pass(59);
        assertFalse(connection.isClosed());
        pass(2);
        assertTrue(connection.isAborted());
    }

    @Test
    void refusal_toAPeerThatGoesOnSending_lingersTenSeconds() {
        var connection = connect();
        connection.feed("nonsense\r\n\r\n");
        assertTrue(connection.sent().startsWith("HTTP/1.1 400 "));
        assertTrue(connection.sentEof());
        for (int i = 0; i < 9; i++) {
            pass(1);
            connection.feed(BYTE);
            assertFalse(connection.isClosed());
        }
        pass(2);
        assertTrue(connection.isClosed());
    }

    @Test
    void deadlines_leaveNoTimerBehind() {
        var connection = connect();
        connection.feed("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertTrue(connection.isClosed());
        long before = loop.time();
        loop.runReady();
        loop.clock().autoJump(true);
        loop.run(() -> Asyncio.sleep(Duration.ofSeconds(1)));
        assertEquals(Duration.ofSeconds(1).toNanos(), loop.time() - before);
    }
}
