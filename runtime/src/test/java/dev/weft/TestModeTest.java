package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The two test executions differ in one thing, whether the module may reach into {@code java.lang}; this sees that they do. */
final class TestModeTest {
    @Test
    void execution_eachMode_opensJavaLangOnlyToConfined() {
        Module weft = Suspends.class.getModule();
        boolean open = Thread.class.getModule().isOpen("java.lang", weft);
        assertEquals("dev.weft", weft.getName());
        assertEquals(System.getProperty("weft.test.mode"), open ? "confined" : "portable");
    }
}
