package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The tests of logging rest on this. */
final class LogCaptureTest {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");

    @Test
    void capture_whileOpen_collectsLevelMessageAndThrowable() {
        var failure = new IllegalStateException("no");
        try (var log = new LogCapture()) {
            LOG.debug("quiet {}", 1);
            LOG.error("loud", failure);
            LoggerFactory.getLogger("dev.weft.io").warn("below");

            assertEquals(List.of("quiet 1"), log.messages(Level.DEBUG));
            assertSame(failure, log.only("loud").thrown());
            assertEquals(List.of("below"), log.messages(Level.WARN));
        }
    }

    @Test
    void capture_closed_collectsNoMore() {
        var log = new LogCapture();
        log.close();
        LOG.trace("too late");
        assertFalse(log.contains("too late"));
    }
}
