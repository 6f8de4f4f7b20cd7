package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A few hundred handshakes that fail. A thousand a second: {@code ./mvnw -B verify -Pfaults}. */
final class FailedHandshakesTest {
    @Test
    void handshakesThatFail_leaveNothingAndOthersGoOn() throws Exception {
        assertEquals(21, FailedHandshakes.run(20, 20, Duration.ZERO).size());
    }
}
