package dev.weft.io;

import dev.weft.Asyncio;

/** The names of signals, and streams of them. A signal's number depends on the system, its name does not. */
public final class Signals {
    /** Sent by a terminal's interrupt key. */
    public static final String INT = "INT";

    /** Asks a process to end. */
    public static final String TERM = "TERM";

    /** The terminal is gone; to a daemon: read your configuration again. */
    public static final String HUP = "HUP";

    /** Sent by a terminal's quit key. The JVM keeps it for thread dumps: it can be sent, not received. */
    public static final String QUIT = "QUIT";

    /** Ends a process at once: it can be sent, not received. */
    public static final String KILL = "KILL";

    /** For any purpose. */
    public static final String USR1 = "USR1";

    /** For any purpose. */
    public static final String USR2 = "USR2";

    /** The terminal's size has changed. */
    public static final String WINCH = "WINCH";

    /** A child has ended or stopped. */
    public static final String CHLD = "CHLD";

    /** Goes on after a stop. */
    public static final String CONT = "CONT";

    /** Stops a process until CONT: it can be sent, not received. */
    public static final String STOP = "STOP";

    /** Sent by a terminal's suspend key. */
    public static final String TSTP = "TSTP";

    /** A timer has run out. */
    public static final String ALRM = "ALRM";

    /** Something urgent has come in on a socket. Ignored by default. */
    public static final String URG = "URG";

    /** Nobody reads the pipe any more. */
    public static final String PIPE = "PIPE";

    private Signals() {}

    /**
     * Receives signals on the running loop, from now on and until the stream is closed, in place of what they do by default. After
     * {@code trio.open_signal_receiver}.
     *
     * <pre>{@code
     * try (var signals = Signals.receive(Signals.HUP, Signals.TERM)) {
     *     for (String signal : signals) {
     *         if (signal.equals(Signals.TERM)) {
     *             break;
     *         }
     *         reload();
     *     }
     * }
     * }</pre>
     *
     * @param names the signals, with or without {@code SIG}
     * @return the stream
     * @throws IllegalArgumentException if there is no name, or one is unknown, cannot be received, or is kept by the JVM
     * @throws IllegalStateException if no loop runs here, or another stream or another loop receives one of them
     */
    public static SignalStream receive(String... names) {
        return SignalStream.open(Asyncio.getRunningLoop(), names);
    }
}
