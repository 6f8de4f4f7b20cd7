package dev.weft.cli;

import dev.weft.KeyboardInterrupt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Where {@code weft} starts. */
public final class Main {
    /** 128 + SIGINT, what shells report for a program that was interrupted. */
    private static final int INTERRUPTED = 130;

    /** The commands besides {@code run}, which picocli need not be asked for. */
    private static final Set<String> COMMANDS = Set.of("repl", "explore", "ps", "pstree", "why", "top", "dump");

    private Main() {}

    /**
     * Runs a command. The exit code is the program's own; 1 if it throws, does not compile or has no main method; 2 if the
     * command line is wrong; 130 if it was interrupted.
     *
     * @param args the command line
     * @throws Throwable whatever the program throws; the JVM reports it as it does for any main method
     */
    public static void main(String[] args) throws Throwable {
        int status;
        try {
            status = run(args);
        } catch (CliException e) {
            System.err.println("weft: " + e.getMessage());
            status = e.exitCode();
        } catch (KeyboardInterrupt e) {
            System.err.println("KeyboardInterrupt");
            status = INTERRUPTED;
        } catch (Throwable e) {
            hideOwnFrames(e, Collections.newSetFromMap(new IdentityHashMap<>()));
            throw e; // not System.exit: the JVM waits for the program's other threads, as it always does
        }
        if (status != 0) {
            System.exit(status);
        }
    }

    private static int run(String[] args) throws Throwable {
        RunCommand plain = plainRun(args);
        if (plain != null) {
            return plain.run();
        }
        var command = new CommandLine(new WeftCommand())
                .setStopAtPositional(true) // what follows FILE is the program's, dashes or not
                .setExpandAtFiles(false);
        CommandLine.ParseResult parsed;
        try {
            parsed = command.parseArgs(withCommand(command, args));
        } catch (CommandLine.ParameterException e) {
            throw CliException.usage(e.getMessage() + " (weft --help tells more)");
        }
        Integer help = CommandLine.executeHelpRequest(parsed);
        if (help != null) {
            return help;
        }
        if (!parsed.hasSubcommand()) {
            command.usage(System.err);
            return CliException.USAGE;
        }
        return ((Subcommand) parsed.subcommand().commandSpec().userObject()).run();
    }

    /**
     * Recognises {@code weft [run] FILE [ARGS]} without a look at picocli, which would be half of the start-up time: its
     * class files are of a version that the JVM can neither archive nor verify fast. A file that is called like a command is run by
     * {@code weft run}, or as {@code ./ps}.
     */
    private static @Nullable RunCommand plainRun(String[] args) {
        int file = args.length > 0 && args[0].equals("run") ? 1 : 0;
        if (args.length <= file || args[file].startsWith("-") || (file == 0 && COMMANDS.contains(args[0]))) {
            return null;
        }
        return new RunCommand(args[file], List.of(args).subList(file + 1, args.length));
    }

    /** Puts the {@code run} in front that {@code weft OPTIONS FILE} leaves out. */
    private static String[] withCommand(CommandLine command, String[] args) {
        if (args.length == 0
                || command.getSubcommands().containsKey(args[0])
                || command.getCommandSpec().optionsMap().containsKey(args[0])) {
            return args;
        }
        List<String> all = new ArrayList<>(List.of("run"));
        all.addAll(Arrays.asList(args));
        return all.toArray(String[]::new);
    }

    /** Removes what is below the program's main method in a stack trace: the way from here to there says nothing. */
    private static void hideOwnFrames(Throwable thrown, Set<Throwable> seen) {
        if (!seen.add(thrown)) {
            return;
        }
        StackTraceElement[] frames = thrown.getStackTrace();
        int end = frames.length;
        if (end > 0 && frames[end - 1].getClassName().equals(Main.class.getName())) {
            while (end > 0 && isOwnFrame(frames[end - 1].getClassName())) {
                end--;
            }
            thrown.setStackTrace(Arrays.copyOf(frames, end));
        }
        if (thrown.getCause() != null) {
            hideOwnFrames(thrown.getCause(), seen);
        }
        for (Throwable suppressed : thrown.getSuppressed()) {
            hideOwnFrames(suppressed, seen);
        }
    }

    private static boolean isOwnFrame(String className) {
        return className.startsWith("dev.weft.cli.")
                || className.startsWith("java.lang.reflect.")
                || className.startsWith("jdk.internal.reflect.")
                || className.startsWith("java.lang.invoke.");
    }
}
