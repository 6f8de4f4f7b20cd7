package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.io.internal.process.ProcessTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A child process of the running loop. It is started, observed and ended without blocking the loop; its pipes are {@link StreamReader
 * readers} and a {@link StreamWriter writer}, for each of which a thread reads or writes while it is open.
 *
 * <pre>{@code
 * try (var child = Subprocess.exec(ProcessOptions.DEFAULT.stdout(Redirect.PIPE), List.of("date"))) {
 *     IO.println(new String(child.stdout().readLine()));
 * }
 * }</pre>
 *
 * <p>The child gets the three standard streams and no other descriptor of this program. Only {@link #shell}, {@link #shellProtocol} and
 * their commands involve a shell; {@link #exec} hands on each argument as it is. A child that is still there when the loop is closed is
 * killed, with a warning. Confined to its loop. Mirrors {@code asyncio.subprocess.Process}.
 */
public final class Subprocess implements AutoCloseable {
    private final ProcessTransport transport;
    private final ChildStreams streams;
    private final int maxOutput;

    private Subprocess(ProcessTransport transport, ChildStreams streams, int maxOutput) {
        this.transport = transport;
        this.streams = streams;
        this.maxOutput = maxOutput;
    }

    // ---- starting

    /**
     * Starts a program, sharing this one's streams. Mirrors {@code asyncio.create_subprocess_exec}.
     *
     * @param program a path, or a name that is looked for in the directories of {@code PATH}
     * @param args its arguments
     * @return the child
     * @throws IOException if it is not found or may not be executed; nothing is left behind
     * @throws IllegalArgumentException if an argument contains NUL
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the child, if there is one already, has been killed then
     */
    @Suspends
    public static Subprocess exec(String program, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(args));
        command.addFirst(program);
        return exec(ProcessOptions.DEFAULT, command);
    }

    /**
     * As {@link #exec(String, String...)}, with options.
     *
     * @param options the options
     * @param command the program and its arguments
     * @return the child
     * @throws IOException if it is not found or may not be executed, or if a file or directory that the options name is not there
     * @throws IllegalArgumentException if the command is empty, or an argument contains NUL
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the child, if there is one already, has been killed then
     */
    @Suspends
    public static Subprocess exec(ProcessOptions options, List<String> command) throws IOException {
        EventLoop loop = Asyncio.getRunningLoop();
        var streams = new ChildStreams(loop, options.limit());
        ProcessTransport transport = ProcessTransport.start(loop, ChildCommand.of(command, options), streams);
        return new Subprocess(transport, streams, options.maxOutput());
    }

    /**
     * Has the shell run a command, sharing this program's streams: {@code /bin/sh -c}, on Windows {@code cmd.exe /c}. The shell interprets
     * all of it, so that nothing that comes from outside belongs in it. Mirrors {@code asyncio.create_subprocess_shell}.
     *
     * @param command the command
     * @return the child: the shell
     * @throws IOException if there is no shell
     * @throws IllegalArgumentException if the command contains NUL
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the child, if there is one already, has been killed then
     */
    @Suspends
    public static Subprocess shell(String command) throws IOException {
        return shell(ProcessOptions.DEFAULT, command);
    }

    /**
     * As {@link #shell(String)}, with options.
     *
     * @param options the options
     * @param command the command
     * @return the child: the shell
     * @throws IOException if there is no shell, or if a file or directory that the options name is not there
     * @throws IllegalArgumentException if the command contains NUL
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the child, if there is one already, has been killed then
     */
    @Suspends
    public static Subprocess shell(ProcessOptions options, String command) throws IOException {
        return exec(options, ChildCommand.shell(command));
    }

    /**
     * Starts a program and tells a protocol what becomes of it. Streams of which the options say nothing are pipes. Mirrors
     * {@code loop.subprocess_exec}.
     *
     * @param protocols makes the protocol, called once
     * @param options the options
     * @param command the program and its arguments
     * @return the child; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IOException if it is not found or may not be executed; nothing is left behind
     * @throws IllegalArgumentException if the command is empty, or an argument contains NUL
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the child, if there is one already, has been killed then
     */
    @Suspends
    public static <P extends SubprocessProtocol> SubprocessEndpoint<P> execProtocol(
            Supplier<P> protocols, ProcessOptions options, List<String> command) throws IOException {
        ProcessBuilder builder = ChildCommand.of(command, options.withPipes());
        P protocol = Objects.requireNonNull(protocols.get(), "the protocol");
        return new SubprocessEndpoint<>(ProcessTransport.start(Asyncio.getRunningLoop(), builder, protocol), protocol);
    }

    /**
     * As {@link #execProtocol}, for a command that the shell runs. Mirrors {@code loop.subprocess_shell}.
     *
     * @param protocols makes the protocol, called once
     * @param options the options
     * @param command the command, as for {@link #shell(String)}
     * @return the child: the shell
     * @param <P> the type of the protocol
     * @throws IOException if there is no shell
     * @throws IllegalArgumentException if the command contains NUL
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the child, if there is one already, has been killed then
     */
    @Suspends
    public static <P extends SubprocessProtocol> SubprocessEndpoint<P> shellProtocol(
            Supplier<P> protocols, ProcessOptions options, String command) throws IOException {
        return execProtocol(protocols, options, ChildCommand.shell(command));
    }

    /**
     * Runs a program to its end. What it writes is collected where the options say {@link Redirect#PIPE}; input that the options have comes
     * through a pipe. When cancelled, or timed out by a scope around it, it asks the child and all that the child has started to end, with
     * TERM, kills after {@link ProcessOptions#grace} what is left, and returns when the child has ended. A second cancellation kills at
     * once. Mirrors {@code trio.run_process}; does not throw for what the child returns unless {@link ProcessOptions#check} says so.
     *
     * @param options the options
     * @param command the program and its arguments
     * @return what became of it
     * @throws CalledProcessException if it did not return 0, and the options want that checked
     * @throws LimitOverrunException if it wrote more than {@link ProcessOptions#maxOutput} allows; it has been killed then
     * @throws IOException if it cannot be started
     * @throws IllegalArgumentException if the command is empty, or an argument contains NUL, or the options have input as well as something
     *     else than a pipe to read it from
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the child has ended then
     */
    @Suspends
    public static CompletedProcess run(ProcessOptions options, List<String> command) throws IOException {
        return ChildRun.run(options, command);
    }

    // ---- talking

    /** {@return writes to the child's input; null if that is no pipe} */
    public @Nullable StreamWriter stdin() {
        return streams.stdin();
    }

    /** {@return reads the child's output; null if that is no pipe} Also after the child has ended. */
    public @Nullable StreamReader stdout() {
        return streams.stdout();
    }

    /** {@return reads the child's errors; null if those are no pipe of their own} Also after the child has ended. */
    public @Nullable StreamReader stderr() {
        return streams.stderr();
    }

    /**
     * Closes the child's input, reads all that it writes, and waits for its end.
     *
     * @return what it wrote
     * @throws LimitOverrunException if that is more than {@link ProcessOptions#maxOutput} allows; it has been killed then
     * @throws IOException if reading fails
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the child goes on, and what came can still be read
     */
    @Suspends
    public CommunicateResult communicate() throws IOException {
        return communicate(new byte[0]);
    }

    /**
     * Has the child read this, then closes its input; at the same time reads all that it writes; and waits for its end. That it does not
     * read all its input is no failure.
     *
     * @param input what it is to read
     * @return what it wrote
     * @throws LimitOverrunException if that is more than {@link ProcessOptions#maxOutput} allows; it has been killed then
     * @throws IOException if reading fails
     * @throws IllegalStateException if there is input, but no pipe to the child
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the child goes on, and what came can still be read
     */
    @Suspends
    public CommunicateResult communicate(byte[] input) throws IOException {
        if (input.length > 0 && stdin() == null) {
            throw new IllegalStateException(
                    "the child's input is no pipe, so there is no way to send it %d bytes; start it with stdin(Redirect.PIPE)"
                            .formatted(input.length));
        }
        return new Communication(transport, streams, maxOutput).run(input);
    }

    // ---- its end

    /** {@return the number of the process} */
    public long pid() {
        return transport.getPid();
    }

    /** {@return what the child returned, empty until the loop has seen its exit; 128 + n if signal n ended it} */
    public OptionalInt returnCode() {
        return transport.getReturnCode();
    }

    /**
     * Waits until the child has ended: not for its pipes, so that what it wrote can still be read, and what it started itself may go on.
     * Any number of tasks may wait. A child that writes to a pipe that nobody reads does not end: {@link #communicate()} does read. Mirrors
     * {@code Process.wait}. Differs from asyncio in the return code of a child that a signal n has ended: 128 + n, as in a shell, not -n.
     *
     * @return what it returned
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the child and other waiting tasks do not notice
     */
    @Suspends
    public int waitFor() {
        return transport.waitForExit();
    }

    /**
     * Sends a signal, without effect once the child has ended. Java itself can send TERM and KILL; others go through the shell's
     * {@code kill} on another thread, and arrive soon, in the order in which they were sent.
     *
     * @param name such as {@code INT} or {@code SIGINT}, see {@link Signals}
     * @throws IllegalArgumentException if there is no such signal
     * @throws UnsupportedOperationException on Windows, if it is neither TERM nor KILL
     */
    public void sendSignal(String name) {
        transport.sendSignal(name);
    }

    /**
     * As {@link #sendSignal(String)}, by number.
     *
     * @param number 0 to 64, as the system counts
     * @throws IllegalArgumentException if it is outside
     * @throws UnsupportedOperationException on Windows, if it is neither 15 nor 9
     */
    public void sendSignal(int number) {
        transport.sendSignal(number);
    }

    /** Sends TERM: the child may clean up, or ignore it. Without effect once it has ended. */
    public void terminate() {
        transport.terminate();
    }

    /** Sends KILL: the child ends, those that it started do not; {@link #close} ends them too. Without effect once it has ended. */
    public void kill() {
        transport.kill();
    }

    /**
     * Closes the pipes, kills the child and all that it has started, and waits for its end. One that has ended already is left alone. May
     * be repeated. What the child started and what has outlived it, or has gone its own way before, cannot be found any more and goes on.
     *
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the child is killed all the same
     */
    @Override
    @Suspends
    public void close() {
        transport.closeTree();
    }

    /** {@return the process, as protocols see it} For signals and extra info; its protocol is what feeds the streams. */
    public SubprocessTransport transport() {
        return transport;
    }

    @Override
    public String toString() {
        return "Subprocess[pid " + pid() + ", "
                + (returnCode().isPresent() ? "returned " + returnCode().getAsInt() : "running") + "]";
    }
}
