package dev.weft.cli;

import java.io.IOException;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command itself; the work is done by its subcommands. */
@Command(
        name = "weft",
        mixinStandardHelpOptions = true,
        versionProvider = WeftCommand.Version.class,
        subcommands = {
            RunCommand.class,
            ReplCommand.class,
            ExploreCommand.class,
            PsCommand.class,
            PstreeCommand.class,
            WhyCommand.class,
            TopCommand.class,
            DumpCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        description = "asyncio for Java, on virtual threads.",
        footer = {"", "weft FILE [ARGS] is short for weft run FILE [ARGS]."})
final class WeftCommand {
    /** Tells the version of Weft and of the JDK it runs on. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            var build = new Properties();
            try (var in = WeftCommand.class.getResourceAsStream("build.properties")) {
                if (in == null) {
                    throw new IOException("build.properties is missing from the jar");
                }
                build.load(in);
            }
            return new String[] {
                "weft %s (JDK %s)".formatted(build.getProperty("version"), System.getProperty("java.runtime.version"))
            };
        }
    }
}
