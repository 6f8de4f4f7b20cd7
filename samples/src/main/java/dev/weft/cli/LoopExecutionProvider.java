package dev.weft.cli;

import dev.weft.EventLoop;
import java.util.Map;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import org.jspecify.annotations.Nullable;

/** How jshell finds {@link LoopExecution}: by the name {@code weft}. */
public final class LoopExecutionProvider implements ExecutionControlProvider {
    static final String NAME = "weft";
    private static volatile @Nullable EventLoop loop;

    /** For jshell. */
    public LoopExecutionProvider() {}

    /** The loop that lines run on. */
    static void use(EventLoop running) {
        loop = running;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
        EventLoop running = loop;
        if (running == null) {
            throw new IllegalStateException("for weft repl alone");
        }
        return new LoopExecution(running);
    }
}
