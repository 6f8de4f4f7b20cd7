package dev.weft.cli;

import dev.weft.Asyncio;
import dev.weft.Event;
import dev.weft.EventLoop;
import dev.weft.RunOptions;
import dev.weft.io.Net;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import jdk.jshell.tool.JavaShellToolBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft repl}: jshell on a running loop. */
@Command(
        name = "repl",
        mixinStandardHelpOptions = true,
        versionProvider = WeftCommand.Version.class,
        description = {
            "Reads Java line by line and runs each line as a task of a running loop: so it may wait, and what it has"
                    + " started",
            "goes on afterwards. Weft's names are imported. Ctrl-C cancels a line, /exit or the end of the input ends"
                    + " it all.",
            "Where the input is no terminal, prints what the lines print, and errors, and nothing else."
        })
final class ReplCommand implements Subcommand {
    private static final String STARTUP = """
        import module java.base;
        import dev.weft.*;
        import dev.weft.io.*;
        import static dev.weft.Asyncio.*;
        """;

    @Option(
            names = {"-cp", "--class-path"},
            paramLabel = "PATH",
            description = "Further jars and directories, separated as in java -cp.")
    private @Nullable String classPath;

    @Option(names = "--debug", description = "The loop is in debug mode.")
    private boolean debug;

    /** To be filled by picocli. */
    ReplCommand() {}

    @Override
    public int run() throws Exception {
        var loop = new CompletableFuture<EventLoop>();
        var exit = new CompletableFuture<Event>();
        Thread thread = Thread.ofPlatform().name("weft-repl").daemon().start(() -> drive(loop, exit));
        LoopExecutionProvider.use(loop.get());
        try {
            shell();
        } finally {
            loop.get().callSoonThreadsafe(exit.get()::set);
            thread.join();
        }
        return 0;
    }

    /** Runs the loop until the shell ends; then everything that still runs is cancelled, as at the end of any program. */
    private void drive(CompletableFuture<EventLoop> loop, CompletableFuture<Event> exit) {
        try {
            RunOptions options = RunOptions.DEFAULT.handleInterrupt(false).detectDeadlocks(false);
            Asyncio.run(debug ? options.debug(true) : options, () -> {
                var ended = new Event();
                exit.complete(ended);
                loop.complete(Asyncio.getRunningLoop());
                ended.await();
            });
        } catch (Throwable e) {
            loop.completeExceptionally(e);
            exit.completeExceptionally(e);
        }
    }

    private void shell() throws Exception {
        boolean terminal = Terminal.isThere();
        Path startup = Files.createTempFile("weft", ".jsh");
        Path plain = Files.createTempFile("weft", ".jar");
        try {
            Files.writeString(startup, STARTUP);
            PlainTypes.write(plain, List.of(Asyncio.class, Net.class));
            String path = plain + File.pathSeparator + System.getProperty("java.class.path");
            var arguments = new ArrayList<>(List.of(
                    "--execution",
                    LoopExecutionProvider.NAME,
                    "--startup",
                    startup.toString(),
                    "--class-path",
                    classPath == null ? path : path + File.pathSeparator + classPath));
            var builder = JavaShellToolBuilder.builder();
            if (!terminal) {
                arguments.addAll(List.of("-s", "-")); // silent, from standard input
                builder.persistence(new HashMap<>()); // a script has no history
            }
            builder.start(arguments.toArray(String[]::new));
        } finally {
            delete(startup);
            delete(plain);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }
}
