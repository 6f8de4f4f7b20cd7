package dev.weft.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft run FILE [ARGS]}: compiles a source file, or finds it compiled, and starts its main method. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        versionProvider = WeftCommand.Version.class,
        description = "Runs a single-file Java program. What follows FILE belongs to the program.")
final class RunCommand implements Subcommand {
    @Mixin
    private ScriptFile script = new ScriptFile();

    /** To be filled by picocli. */
    RunCommand() {}

    /** {@code weft run FILE ARGS}, without options. */
    RunCommand(String file, List<String> args) {
        script = new ScriptFile(file, args);
    }

    /**
     * Runs the program in the calling thread, and returns when its main method does.
     *
     * @throws CliException if it cannot be started
     * @throws Throwable whatever its main method throws
     */
    @Override
    public int run() throws Throwable {
        script.load(script.compiled("weft run FILE [ARGS]")).invoke(script.args());
        return 0;
    }
}
