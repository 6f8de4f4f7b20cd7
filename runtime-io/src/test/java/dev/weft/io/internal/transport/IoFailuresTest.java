package dev.weft.io.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.KeyboardInterrupt;
import dev.weft.io.BrokenPipeException;
import dev.weft.io.ConnectionAbortedException;
import dev.weft.io.ConnectionResetException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The messages of the JDK, on Linux, macOS and Windows. */
final class IoFailuresTest {
    private static void assertBecomes(Class<? extends IOException> type, String message) {
        IOException translated = IoFailures.translate(new IOException(message), "here");
        assertEquals(type, translated.getClass());
        assertEquals(message + ": here", translated.getMessage());
        assertSame(translated, IoFailures.translate(translated), "only once");
    }

    @Test
    void translate_whatTheJdkSays_isAType() {
        assertBecomes(BrokenPipeException.class, "Broken pipe");
        assertBecomes(ConnectionResetException.class, "Connection reset by peer");
        assertBecomes(ConnectionResetException.class, "An existing connection was forcibly closed by the remote host");
        assertBecomes(ConnectionAbortedException.class, "Software caused connection abort");
        assertBecomes(ConnectionAbortedException.class, "An established connection was aborted by the software");
    }

    @Test
    void translate_everythingElse_staysAsItIs() {
        for (IOException other : List.of(new IOException(), new IOException("No space left on device"))) {
            assertSame(other, IoFailures.translate(other));
        }
    }

    @Test
    void outOfResources_shortageOfTheSystem_isTold() {
        for (String lack : List.of(
                "Too many open files",
                "Too many open files in system",
                "No buffer space available",
                "Cannot allocate memory")) {
            assertTrue(IoFailures.outOfResources(new IOException(lack)), lack);
        }
        assertFalse(IoFailures.outOfResources(new IOException("Connection reset")));
        assertFalse(IoFailures.outOfResources(new IOException()));
    }

    @Test
    void fatal_endsTheRun_onlyIfTheMachineIsAtItsEnd() {
        assertFalse(IoFailures.fatal(new OutOfMemoryError()));
        assertTrue(IoFailures.fatal(new InternalError()));
        assertInstanceOf(Throwable.class, new KeyboardInterrupt());
        assertTrue(IoFailures.fatal(new KeyboardInterrupt()));
        assertFalse(IoFailures.fatal(new StackOverflowError()));
        assertFalse(IoFailures.fatal(new AssertionError()));
        assertFalse(IoFailures.fatal(new IOException()));
    }
}
