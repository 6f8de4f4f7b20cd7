package dev.weft;

import java.util.Objects;
import java.util.concurrent.TimeoutException;

/** A {@link TimeoutException} out of an iterator, which cannot declare it. */
public final class UncheckedTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Wraps the exception.
     *
     * @param cause what timed out
     */
    public UncheckedTimeoutException(TimeoutException cause) {
        super(cause.getMessage(), Objects.requireNonNull(cause));
    }

    @Override
    public synchronized TimeoutException getCause() {
        return (TimeoutException) Objects.requireNonNull(super.getCause());
    }
}
