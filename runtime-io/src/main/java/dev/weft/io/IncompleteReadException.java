package dev.weft.io;

import java.io.EOFException;
import java.util.OptionalInt;

/** The stream ended before everything that was asked for had come. Mirrors {@code asyncio.IncompleteReadError}. */
public final class IncompleteReadException extends EOFException {
    private static final long serialVersionUID = 1L;

    /** What was read before the end. */
    private final byte[] partial;
    /** How much was asked for; -1 if nobody knows. */
    private final int expected;

    IncompleteReadException(byte[] partial, OptionalInt expected) {
        super(partial.length + " bytes read on a total of " + (expected.isPresent() ? expected.getAsInt() : "unknown")
                + " expected bytes");
        this.partial = partial;
        this.expected = expected.orElse(-1);
    }

    /** {@return what came before the end, the caller's to keep} */
    public byte[] partial() {
        return partial;
    }

    /** {@return how many bytes were asked for; empty if a separator was} */
    public OptionalInt expected() {
        return expected < 0 ? OptionalInt.empty() : OptionalInt.of(expected);
    }
}
