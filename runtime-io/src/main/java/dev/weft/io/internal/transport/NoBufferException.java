package dev.weft.io.internal.transport;

import java.io.Serial;

/** A protocol that is to give a buffer has none, or has thrown. It is reported already. */
public final class NoBufferException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Exception reason;

    NoBufferException(Exception reason) {
        super(reason);
        this.reason = reason;
    }

    /** What to end the connection with. */
    public Exception reason() {
        return reason;
    }
}
