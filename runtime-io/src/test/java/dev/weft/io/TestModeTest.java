package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The suite runs twice, and an execution that silently got the other mode would test nothing. */
final class TestModeTest {
    @Test
    void execution_confinedOrPortable_getsTheModeItIsNamedAfter() {
        EventLoop.Mode mode = Asyncio.run(() -> Asyncio.getRunningLoop().mode());

        assertEquals(System.getProperty("weft.test.mode"), mode.name().toLowerCase(Locale.ROOT));
    }

    @Test
    void execution_both_runInTheNamedModule() {
        assertEquals("dev.weft.io", TestModeTest.class.getModule().getName());
        assertEquals("dev.weft", EventLoop.class.getModule().getName());
    }
}
