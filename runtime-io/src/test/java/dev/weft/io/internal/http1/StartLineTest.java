package dev.weft.io.internal.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.io.http.HttpProtocolException;
import org.junit.jupiter.api.Test;

/** Status lines as clients get them; request lines are in the tables of framing. */
final class StartLineTest {
    private static void check(String line) throws HttpProtocolException {
        byte[] bytes = line.getBytes(ISO_8859_1);
        StartLine.STATUS.check(bytes, bytes.length);
    }

    @Test
    void status_wellFormed_isTaken() throws HttpProtocolException {
        for (String good : new String[] {
            "HTTP/1.1 200 OK", "HTTP/1.0 404 ", "HTTP/1.1 100", "HTTP/1.1 599 tab\tand \u00fc", "HTTP/1.1 204 \u0080"
        }) {
            check(good);
        }
    }

    @Test
    void status_malformed_isRefused() {
        for (String bad : new String[] {
            "",
            "HTTP/1.1",
            "HTTP/1.1 ",
            "HTTP/1.1 20",
            "HTTP/1.1\t200 OK",
            "HTTP/1.1 099 X",
            "HTTP/1.1 600 X",
            "HTTP/1.1 2x0 X",
            "HTTP/1.1 20x X",
            "HTTP/1.1 2000 X",
            "HTTP/1.1 200\tOK",
            "HTTP/1.1 200 \u0001",
            "HTTP/1.1 200 \u007f",
            "http/1.1 200 OK",
            "HTTP/11 200 OK ",
            "HTTP/x.1 200 OK",
            "HTTP/1.x 200 OK",
            "HTTP/1,1 200 OK"
        }) {
            assertEquals(
                    400,
                    assertThrows(HttpProtocolException.class, () -> check(bad), bad)
                            .status());
        }
        for (String other : new String[] {"HTTP/2.0 200 OK", "HTTP/1.2 200 OK", "HTTP/0.9 200 OK"}) {
            assertEquals(
                    505,
                    assertThrows(HttpProtocolException.class, () -> check(other), other)
                            .status());
        }
    }
}
