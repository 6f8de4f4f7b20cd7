package dev.weft.io;

import org.jspecify.annotations.Nullable;

/**
 * Is told what becomes of a child process: {@code connectionMade} first, with a {@link SubprocessTransport}; then, for each pipe, its data
 * before its end; {@link #processExited} before, between or after those; {@code connectionLost} last, when the process has exited and all
 * pipes are closed. An exception out of one of these methods goes to the loop's exception handler and changes nothing else. Mirrors
 * {@code asyncio.SubprocessProtocol}.
 */
public interface SubprocessProtocol extends BaseProtocol {
    /**
     * The child wrote something.
     *
     * @param fd 1 for its output, 2 for its errors
     * @param data what it wrote, at least one byte; the protocol may keep the array
     */
    default void pipeDataReceived(int fd, byte[] data) {}

    /**
     * A pipe is closed.
     *
     * @param fd 0, 1 or 2
     * @param exception why; null if it was closed in order. For 0, a {@link BrokenPipeException} if the child did not read everything
     */
    default void pipeConnectionLost(int fd, @Nullable Exception exception) {}

    /** The child has exited: {@link SubprocessTransport#getReturnCode} tells how. */
    default void processExited() {}
}
