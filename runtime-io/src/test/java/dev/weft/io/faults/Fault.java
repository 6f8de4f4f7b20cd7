package dev.weft.io.faults;

import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.EnumSet;
import java.util.Set;

/** What may go wrong with a call of the system. */
enum Fault {
    CONNECTION_RESET(Call.READ, Call.WRITE, Call.CONNECT),
    BROKEN_PIPE(Call.WRITE),
    SHORT_READ(Call.READ),
    SHORT_WRITE(Call.WRITE),
    WRITES_NOTHING(Call.WRITE),
    SPURIOUSLY_READY(Call.READ, Call.ACCEPT),
    TOO_MANY_FILES(Call.OPEN, Call.ACCEPT),
    NO_BUFFER_SPACE(Call.OPEN, Call.ACCEPT, Call.WRITE, Call.CONNECT),
    NO_MEMORY(Call.OPEN, Call.ACCEPT, Call.READ, Call.WRITE),
    CLOSED(Call.READ, Call.WRITE),
    SELECTS_NOTHING(Call.SELECT),
    SELECT_FAILS(Call.SELECT);

    /** What can be made to fail. */
    enum Call {
        OPEN,
        CONNECT,
        ACCEPT,
        READ,
        WRITE,
        SELECT
    }

    @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
    private final Set<Call> calls;

    Fault(Call first, Call... others) {
        calls = EnumSet.of(first, others);
    }

    boolean hits(Call call) {
        return calls.contains(call);
    }

    /** Whether, if it lasts, neither bytes nor errors get through: a listener waits until the system has room again. */
    boolean letsNothingThrough() {
        return switch (this) {
            case WRITES_NOTHING, SPURIOUSLY_READY, SELECTS_NOTHING, TOO_MANY_FILES, NO_BUFFER_SPACE, NO_MEMORY -> true;
            case CONNECTION_RESET, BROKEN_PIPE, SHORT_READ, SHORT_WRITE, CLOSED, SELECT_FAILS -> false;
        };
    }

    /** Throws what the system would have the JDK throw; returns where it throws nothing. */
    void raise(Call call) throws IOException {
        switch (this) {
            case CONNECTION_RESET ->
                throw new SocketException(call == Call.CONNECT ? "Connection refused" : "Connection reset");
            case BROKEN_PIPE -> throw new IOException("Broken pipe");
            case TOO_MANY_FILES -> throw new SocketException("Too many open files");
            case NO_BUFFER_SPACE -> throw new SocketException("No buffer space available");
            case NO_MEMORY -> throw new IOException("Cannot allocate memory");
            case CLOSED -> throw new ClosedChannelException();
            case SELECT_FAILS -> throw new IOException("Bad file descriptor");
            case SHORT_READ, SHORT_WRITE, WRITES_NOTHING, SPURIOUSLY_READY, SELECTS_NOTHING -> {
                // less than asked for, and no exception
            }
        }
    }
}
