package dev.weft.io.internal.transport;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Why none of several addresses could be connected to. Never leaves this library as it is. */
public final class ConnectFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient List<IOException> failures;

    ConnectFailure(List<IOException> failures) {
        super("no address could be connected to");
        this.failures = failures;
    }

    /** The failure of each address, in the order of the attempts. */
    public List<IOException> failures() {
        return failures;
    }

    /** One failure for all: the only one, the first of several with the same message, or one that has all messages. */
    public IOException combined() {
        IOException first = failures.getFirst();
        if (failures.stream().allMatch(e -> String.valueOf(e.getMessage()).equals(first.getMessage()))) {
            return first;
        }
        var all = new IOException("several attempts failed: "
                + failures.stream().map(Throwable::getMessage).collect(Collectors.joining("; ")));
        failures.forEach(all::addSuppressed);
        return all;
    }
}
