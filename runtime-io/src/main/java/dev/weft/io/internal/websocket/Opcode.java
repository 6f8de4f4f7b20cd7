package dev.weft.io.internal.websocket;

import org.jspecify.annotations.Nullable;

/** What a frame is. */
enum Opcode {
    CONTINUATION(0),
    TEXT(1),
    BINARY(2),
    CLOSE(8),
    PING(9),
    PONG(10);

    private static final @Nullable Opcode[] BY_CODE = new Opcode[16];

    static {
        for (Opcode opcode : values()) {
            BY_CODE[opcode.code] = opcode;
        }
    }

    final int code;

    Opcode(int code) {
        this.code = code;
    }

    boolean isControl() {
        return code >= 8;
    }

    /** The opcode of a number of four bits, null if it is reserved. */
    static @Nullable Opcode of(int code) {
        return BY_CODE[code];
    }
}
