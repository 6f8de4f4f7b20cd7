package dev.weft.cli;

import java.io.Console;

/** Whether a person sits in front of it. */
final class Terminal {
    private Terminal() {}

    @SuppressWarnings("SystemConsoleNull") // it depends on the provider that the JDK chooses
    static boolean isThere() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
