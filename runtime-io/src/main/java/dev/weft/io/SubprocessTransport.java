package dev.weft.io;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A child process, seen from the callback-level API. None of its methods suspend. Mirrors {@code asyncio.SubprocessTransport}. */
public interface SubprocessTransport extends BaseTransport {
    /** {@return the number of the process} */
    long getPid();

    /** {@return what the process returned, empty until the loop has seen its exit; 128 + n if signal n ended it} */
    OptionalInt getReturnCode();

    /**
     * The transport of a pipe.
     *
     * @param fd 0, 1 or 2
     * @return a {@link WriteTransport} for 0, a {@link ReadTransport} for 1 and 2; null if that stream is no pipe
     */
    @Nullable
    BaseTransport getPipeTransport(int fd);

    /**
     * Sends a signal, without effect once the process has exited. Java itself can send TERM and KILL; others go through the shell's
     * {@code kill} on another thread, and arrive soon, in the order in which they were sent.
     *
     * @param name such as {@code INT} or {@code SIGINT}, see {@link Signals}
     * @throws IllegalArgumentException if there is no such signal
     * @throws UnsupportedOperationException on Windows, if it is neither TERM nor KILL
     */
    void sendSignal(String name);

    /**
     * As {@link #sendSignal(String)}, by number.
     *
     * @param number 0 to 64, as the system counts
     * @throws IllegalArgumentException if it is outside
     * @throws UnsupportedOperationException on Windows, if it is neither 15 nor 9
     */
    void sendSignal(int number);

    /** Sends TERM: the process may clean up, or ignore it. Without effect once it has exited. */
    void terminate();

    /** Sends KILL: the process ends, the ones it started do not. Without effect once it has exited. */
    void kill();

    /** Closes the pipes, and kills the process if it runs. May be repeated. */
    @Override
    void close();
}
