package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that peers may have chosen, in messages: one line each, and not too long. */
final class DescribeTest {
    @ParameterizedTest
    @ValueSource(chars = {0, '\t', '\n', '\r', 0x1B, 0x7F, 0x85, 0x9F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2066, 0x2069})
    void shorten_characterThatControlsATerminal_isEscaped(char c) {
        assertEquals("a\\u%04x".formatted((int) c) + "b", Describe.shorten("a" + c + "b"));
    }

    @ParameterizedTest
    @ValueSource(chars = {' ', '~', 0xA0, 'é', 0x2027, 0x202F, 0x2065, 0x206A})
    void shorten_otherCharacter_isKept(char c) {
        assertEquals("a" + c, Describe.shorten("a" + c));
    }

    @ParameterizedTest
    @CsvSource({"9, 9", "10, 10", "11, 10", "500, 10"})
    void printable_longText_isCut(int length, int expected) {
        String text = Describe.printable("x".repeat(length), 10);
        assertEquals(expected, text.length());
        assertEquals(length > 10, text.endsWith("..."), text);
    }

    @Test
    void exception_withAndWithoutMessage_isOneLine() {
        assertEquals("java.lang.IllegalStateException", Describe.exception(new IllegalStateException()));
        assertEquals(
                "java.lang.IllegalStateException: forged\\u000aINFO all is well",
                Describe.exception(new IllegalStateException("forged\nINFO all is well")));
    }

    @Test
    void toString_taskWithAForgedName_isOneLine() {
        try (EventLoop loop = EventLoop.builder().build()) {
            Task<?> task = loop.createTask(() -> {}, "a\nERROR b");
            assertTrue(task.toString().startsWith("Task[a\\u000aERROR b, "), task.toString());
            loop.runUntilComplete(task);
        }
    }
}
