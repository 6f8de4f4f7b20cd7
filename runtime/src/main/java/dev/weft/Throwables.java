package dev.weft;

/** Throwing what was stored, and telling fatal failures from others. */
final class Throwables {
    private Throwables() {}

    /** Throws the very object, checked or not: {@code throw Throwables.rethrow(e)}. */
    static RuntimeException rethrow(Throwable failure) {
        throw Throwables.<RuntimeException>sneak(failure);
    }

    /**
     * Whether a failure must leave the loop: everything else stays inside its task or callback. A stack or a heap that was full may not be by
     * now, and whoever waits can do something about it.
     */
    static boolean fatal(Throwable failure) {
        return failure instanceof KeyboardInterrupt
                || (failure instanceof VirtualMachineError
                        && !(failure instanceof StackOverflowError)
                        && !(failure instanceof OutOfMemoryError));
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> X sneak(Throwable failure) throws X {
        throw (X) failure;
    }
}
