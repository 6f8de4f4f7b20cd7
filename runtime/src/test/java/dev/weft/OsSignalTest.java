package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** Handlers of one signal, which come and go in any order. By a signal whose default is to be ignored. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no WINCH")
final class OsSignalTest {
    private static final String NAME = "WINCH";

    private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

    private String raised() throws InterruptedException {
        Signal.raise(new Signal(NAME));
        return handled.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void restore_anyOrder_lastOfThoseLeftHandles() throws InterruptedException {
        OsSignal first = OsSignal.handle(NAME, () -> handled.add("first"));
        OsSignal second = OsSignal.handle(NAME, () -> handled.add("second"));
        OsSignal third = OsSignal.handle(NAME, () -> handled.add("third"));
        assertEquals("third", raised());
        second.restore();
        assertEquals("third", raised());
        third.restore();
        assertEquals("first", raised());
        third.restore();
        assertEquals("first", raised());
        first.restore();
        first.restore();
    }

    @Test
    void restore_last_putsBackWhatWasThere() {
        SignalHandler mine = _ -> {};
        SignalHandler before = Signal.handle(new Signal(NAME), mine);
        try {
            OsSignal ours = OsSignal.handle(NAME, () -> {});
            ours.restore();
            assertSame(mine, Signal.handle(new Signal(NAME), mine));
        } finally {
            Signal.handle(new Signal(NAME), before);
        }
    }

    @Test
    void handleIfDefault_somebodyElsesHandler_isLeftAlone() {
        SignalHandler mine = _ -> {};
        SignalHandler before = Signal.handle(new Signal(NAME), mine);
        try {
            assertNull(OsSignal.handleIfDefault(NAME, () -> {}));
            assertSame(mine, Signal.handle(new Signal(NAME), mine));
        } finally {
            Signal.handle(new Signal(NAME), before);
        }
    }

    @Test
    void handleIfDefault_ownHandlerOrUnknownSignal_handlesNothing() {
        OsSignal ours = OsSignal.handle(NAME, () -> {});
        assertNull(OsSignal.handleIfDefault(NAME, () -> {}));
        ours.restore();
        assertNull(OsSignal.handleIfDefault("NOSUCHSIGNAL", () -> {}));
        assertThrows(IllegalArgumentException.class, () -> OsSignal.handle("NOSUCHSIGNAL", () -> {}));
    }

    @Test
    void handler_asOthersSeeIt_isAnObjectLikeAnyOther() {
        OsSignal ours = OsSignal.handle(NAME, () -> {});
        try {
            SignalHandler seen = Signal.handle(new Signal(NAME), SignalHandler.SIG_IGN);
            assertEquals("Weft's handler of WINCH", seen.toString());
            assertEquals(seen, seen);
            assertNotEquals(seen, SignalHandler.SIG_IGN);
            assertEquals(System.identityHashCode(seen), seen.hashCode());
        } finally {
            ours.restore();
        }
    }
}
