package dev.weft.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft run FILE [ARGS]}: compiles a source file, or finds it compiled, and starts its main method. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        versionProvider = WeftCommand.Version.class,
        description = "Runs a single-file Java program. What follows FILE belongs to the program.")
final class RunCommand implements Subcommand {
    @Mixin
    private ScriptFile script = new ScriptFile();

    @Option(
            names = "--debug",
            description = {
                "In debug mode: slow steps are logged, and it is known where things were made. On SIGQUIT (kill -QUIT"
                        + " PID, Ctrl-\\)",
                "the program's tasks are printed to standard error after the JVM's own dump of its threads."
            })
    private boolean debug;

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
        CompiledScript compiled = script.compiled("weft run FILE [ARGS]");
        if (debug) {
            System.setProperty("weft.debug", "true");
            QuitDumps.install();
        }
        script.load(compiled).invoke(script.args());
        return 0;
    }
}
