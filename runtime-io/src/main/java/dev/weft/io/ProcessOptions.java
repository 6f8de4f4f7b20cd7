package dev.weft.io;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a child process is started and treated. Immutable: each setter returns a changed copy. Mirrors the keywords of
 * {@code asyncio.create_subprocess_exec}, and those of {@code trio.run_process} for {@link Subprocess#run}.
 */
public final class ProcessOptions {
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(5); // before DEFAULT, which has it

    /**
     * Everything by default: the child shares this program's three standard streams, its environment and its directory. Only
     * {@link Subprocess#execProtocol} and {@link Subprocess#shellProtocol} make pipes of the streams unless told otherwise.
     */
    public static final ProcessOptions DEFAULT = new ProcessOptions();

    private @Nullable Redirect stdin;
    private @Nullable Redirect stdout;
    private @Nullable Redirect stderr;
    private @Nullable Map<String, String> env;
    private @Nullable Path cwd;
    private int limit = StreamReader.DEFAULT_LIMIT;
    private int maxOutput = Integer.MAX_VALUE;
    private Duration grace = DEFAULT_GRACE;
    private boolean check;
    private byte @Nullable [] input;

    private ProcessOptions() {}

    private ProcessOptions(ProcessOptions other) {
        stdin = other.stdin;
        stdout = other.stdout;
        stderr = other.stderr;
        env = other.env;
        cwd = other.cwd;
        limit = other.limit;
        maxOutput = other.maxOutput;
        grace = other.grace;
        check = other.check;
        input = other.input;
    }

    // ---- the child's streams and surroundings

    /**
     * With another source of the child's input.
     *
     * @param source a pipe, a file, nothing, or this program's own input
     * @return changed copy
     * @throws IllegalArgumentException if it is a file to write, or {@link Redirect#STDOUT}
     */
    public ProcessOptions stdin(Redirect source) {
        var copy = new ProcessOptions(this);
        copy.stdin = source.checkedForInput();
        return copy;
    }

    /**
     * With another target of the child's output.
     *
     * @param target a pipe, a file, nothing, or this program's own output
     * @return changed copy
     * @throws IllegalArgumentException if it is a file to read, or {@link Redirect#STDOUT}
     */
    public ProcessOptions stdout(Redirect target) {
        var copy = new ProcessOptions(this);
        copy.stdout = target.checkedForOutput();
        return copy;
    }

    /**
     * With another target of the child's errors.
     *
     * @param target a pipe, a file, nothing, this program's own errors, or the child's output
     * @return changed copy
     * @throws IllegalArgumentException if it is a file to read
     */
    public ProcessOptions stderr(Redirect target) {
        var copy = new ProcessOptions(this);
        copy.stderr = target.checkedForErrors();
        return copy;
    }

    /**
     * With exactly this environment, instead of this program's.
     *
     * @param variables names and values
     * @return changed copy
     * @throws IllegalArgumentException if a name is empty, or has a {@code =} or NUL in it, or a value has a NUL
     */
    public ProcessOptions env(Map<String, String> variables) {
        variables.forEach((name, value) -> {
            if (name.isEmpty() || name.indexOf('=', 1) >= 0 || name.indexOf(0) >= 0 || value.indexOf(0) >= 0) {
                throw new IllegalArgumentException(
                        "an environment variable has a name without = and NUL, and a value without NUL; not so: "
                                + name);
            }
        });
        var copy = new ProcessOptions(this);
        copy.env = Map.copyOf(variables);
        return copy;
    }

    /**
     * In another directory.
     *
     * @param directory the directory, which must be there when the child is started
     * @return changed copy
     */
    public ProcessOptions cwd(Path directory) {
        var copy = new ProcessOptions(this);
        copy.cwd = Objects.requireNonNull(directory, "directory");
        return copy;
    }

    // ---- how it is treated

    /**
     * With another limit of the stream readers: how long a line may be, and how much is read ahead, twice as much.
     *
     * @param bytes the limit, 64 KiB by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public ProcessOptions limit(int bytes) {
        var copy = new ProcessOptions(this);
        copy.limit = StreamReader.checkedLimit(bytes);
        return copy;
    }

    /**
     * With a limit of what {@link Subprocess#communicate()} and {@link Subprocess#run} collect. A child that writes more is killed, with all
     * it has started.
     *
     * @param bytes how much, for output and errors each; no limit by default, except that an array has 2 GiB at most
     * @return changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public ProcessOptions maxOutput(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a number of bytes is not negative, got " + bytes);
        }
        var copy = new ProcessOptions(this);
        copy.maxOutput = bytes;
        return copy;
    }

    /**
     * With another time between TERM and KILL, when {@link Subprocess#run} is cancelled.
     *
     * @param time 5 s by default; with zero the child is killed at once
     * @return changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public ProcessOptions grace(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("a time to end in is not negative, got " + time);
        }
        var copy = new ProcessOptions(this);
        copy.grace = time;
        return copy;
    }

    /**
     * Whether {@link Subprocess#run} throws if the child does not return 0.
     *
     * @param check whether; by default it does not
     * @return changed copy
     */
    public ProcessOptions check(boolean check) {
        var copy = new ProcessOptions(this);
        copy.check = check;
        return copy;
    }

    /**
     * What {@link Subprocess#run} has the child read, through a pipe.
     *
     * @param bytes the input; copied
     * @return changed copy
     */
    public ProcessOptions input(byte[] bytes) {
        var copy = new ProcessOptions(this);
        copy.input = bytes.clone();
        return copy;
    }

    // ---- for those who start children

    /** With pipes where nothing else was said. */
    ProcessOptions withPipes() {
        var copy = new ProcessOptions(this);
        copy.stdin = Objects.requireNonNullElse(stdin, Redirect.PIPE);
        copy.stdout = Objects.requireNonNullElse(stdout, Redirect.PIPE);
        copy.stderr = Objects.requireNonNullElse(stderr, Redirect.PIPE);
        return copy;
    }

    void applyTo(ProcessBuilder builder) {
        Objects.requireNonNullElse(stdin, Redirect.INHERIT).applyToInput(builder);
        Objects.requireNonNullElse(stdout, Redirect.INHERIT).applyToOutput(builder);
        Objects.requireNonNullElse(stderr, Redirect.INHERIT).applyToErrors(builder);
        if (env != null) {
            builder.environment().clear();
            builder.environment().putAll(env);
        }
        if (cwd != null) {
            builder.directory(cwd.toFile());
        }
    }

    @Nullable
    Redirect stdin() {
        return stdin;
    }

    int limit() {
        return limit;
    }

    int maxOutput() {
        return maxOutput;
    }

    Duration grace() {
        return grace;
    }

    boolean check() {
        return check;
    }

    byte @Nullable [] input() {
        return input;
    }
}
