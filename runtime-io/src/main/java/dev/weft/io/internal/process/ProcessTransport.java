package dev.weft.io.internal.process;

import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.OpenResource;
import dev.weft.Suspends;
import dev.weft.io.BaseProtocol;
import dev.weft.io.BaseTransport;
import dev.weft.io.ExtraInfo;
import dev.weft.io.Protocol;
import dev.weft.io.SubprocessProtocol;
import dev.weft.io.SubprocessTransport;
import dev.weft.io.internal.transport.InputPump;
import dev.weft.io.internal.transport.InputTransport;
import dev.weft.io.internal.transport.LoopIo;
import dev.weft.io.internal.transport.OutputTransport;
import dev.weft.io.internal.transport.ProtocolCalls;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A child process and its pipes.
 *
 * <pre>
 *   new -> connectionMade -> running: pipes' data, pipes lost, processExited, in any order -> connectionLost
 *                                                                when it has exited and no pipe is left
 * </pre>
 */
public final class ProcessTransport implements SubprocessTransport, LoopIo.Resource {
    private final EventLoop loop;
    private final LoopIo loopIo;
    private final ProcessHandle process;
    private final SignalSender signals;
    private final TreeEnding ending;
    private final ProtocolCalls calls;
    private final SortedMap<Integer, BaseTransport> pipes = new TreeMap<>(); // by descriptor
    private final ArrayDeque<Future<Integer>> waiters = new ArrayDeque<>();
    private int openPipes;
    private OptionalInt returnCode = OptionalInt.empty();
    private boolean closing;
    private boolean finished;

    /**
     * Starts a child.
     *
     * @return its transport; the protocol has heard {@code connectionMade}
     * @throws IOException if it cannot be started; nothing is left of it then
     */
    @Suspends
    public static ProcessTransport start(EventLoop loop, ProcessBuilder builder, SubprocessProtocol protocol)
            throws IOException {
        Child child = Child.spawn(loop, builder);
        var transport = new ProcessTransport(loop, child, protocol);
        Future<@Nullable Void> started = transport.start(child.process());
        boolean told = false;
        try {
            started.await();
            told = true;
            return transport;
        } finally {
            if (!told) {
                transport.close();
                transport.waitForExit();
            }
        }
    }

    @SuppressWarnings("this-escape") // all of them only keep it
    private ProcessTransport(EventLoop loop, Child child, SubprocessProtocol protocol) {
        this.loop = loop;
        process = child.process().toHandle();
        signals = new SignalSender(process);
        ending = new TreeEnding(loop, process);
        calls = new ProtocolCalls(loop, this, protocol);
        loopIo = LoopIo.of(loop);
        loopIo.opened(this);
        OutputStream stdin = child.stdin();
        if (stdin != null) {
            String name = "weft-child-" + process.pid() + "-stdin";
            pipes.put(0, OutputTransport.owning(loop, stdin, name, new InputPipe(), Map.of(), false));
            openPipes++;
        }
        open(1, child.stdout());
        open(2, child.stderr());
    }

    private void open(int fd, @Nullable InputPump pump) {
        if (pump != null) {
            pipes.put(fd, new InputTransport(loop, pump, new OutputPipe(fd), Map.of(), false));
            openPipes++;
        }
    }

    /** Has the protocol told, then the pipes read and the exit awaited; completed when the protocol has been told. */
    private Future<@Nullable Void> start(Process child) {
        Future<@Nullable Void> started = loop.createFuture();
        calls.connectionMadeSoon(failure -> close());
        for (BaseTransport pipe : pipes.values()) {
            switch (pipe) {
                case InputTransport output -> output.start();
                case OutputTransport input -> input.start();
                default -> throw new AssertionError(pipe);
            }
        }
        child.onExit().thenAccept(ended -> OffLoop.post(loop, () -> exited(ended.exitValue())));
        loop.callSoon(() -> {
            if (!started.done()) {
                started.setResult(null);
            }
        });
        return started;
    }

    private SubprocessProtocol protocol() {
        return (SubprocessProtocol) calls.protocol();
    }

    // ---- the pipes

    /** What the child reads. */
    private final class InputPipe implements BaseProtocol {
        @Override
        public void pauseWriting() {
            calls.run("pauseWriting", calls.protocol()::pauseWriting);
        }

        @Override
        public void resumeWriting() {
            calls.run("resumeWriting", calls.protocol()::resumeWriting);
        }

        @Override
        public void connectionLost(@Nullable Exception exception) {
            pipeLost(0, exception);
        }
    }

    /** What the child writes. */
    private final class OutputPipe implements Protocol {
        private final int fd;

        OutputPipe(int fd) {
            this.fd = fd;
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            var bytes = new byte[data.remaining()];
            data.get(bytes);
            calls.run("pipeDataReceived", () -> protocol().pipeDataReceived(fd, bytes));
        }

        @Override
        public void connectionLost(@Nullable Exception exception) {
            pipeLost(fd, exception);
        }
    }

    private void pipeLost(int fd, @Nullable Exception exception) {
        openPipes--;
        calls.run("pipeConnectionLost", () -> protocol().pipeConnectionLost(fd, exception));
        finishIfOver();
    }

    // ---- the end

    private void exited(int code) {
        returnCode = OptionalInt.of(code);
        for (Future<Integer> waiter : List.copyOf(waiters)) {
            if (!waiter.done()) {
                waiter.setResult(code);
            }
        }
        BaseTransport stdin = pipes.get(0);
        if (stdin != null) {
            stdin.close(); // nobody reads it; what is still to be written breaks it
        }
        if (!finished) {
            calls.run("processExited", protocol()::processExited);
            finishIfOver();
        }
    }

    private void finishIfOver() {
        if (returnCode.isPresent() && openPipes == 0 && !finished) {
            finished = true;
            closing = true;
            loopIo.closed(this);
            loop.callSoon(() -> calls.connectionLost(null));
        }
    }

    /** Waits for the process, not for its pipes, which its own children may keep open. */
    @Suspends
    public int waitForExit() {
        loop.checkThread();
        if (returnCode.isPresent()) {
            return returnCode.getAsInt();
        }
        Future<Integer> turn = loop.createFuture();
        waiters.add(turn);
        try {
            return turn.await();
        } finally {
            waiters.remove(turn);
        }
    }

    /** Closes the pipes, kills the process and all that descends from it, and waits for its end. */
    @Suspends
    public void closeTree() {
        loop.checkThread();
        closing = true;
        closePipes();
        if (returnCode.isEmpty()) {
            ending.kill();
        }
        waitForExit();
    }

    /**
     * Asks the process and all that descends from it to end, kills what is left after a while, and waits for the process. A cancellation
     * ends the while.
     */
    @Suspends
    public void stopTree(Duration grace) {
        if (returnCode.isPresent()) {
            return; // nobody can tell any more what descends from it
        }
        try {
            ending.stop(grace);
        } finally {
            waitForExit();
        }
    }

    @Override
    public boolean isClosing() {
        return closing;
    }

    @Override
    public void close() {
        loop.checkThread();
        if (!closing) {
            closing = true;
            closePipes();
            if (returnCode.isEmpty()) {
                kill();
            }
        }
    }

    private void closePipes() {
        for (BaseTransport pipe : pipes.values()) {
            switch (pipe) {
                case OutputTransport input -> input.abort();
                default -> pipe.close();
            }
        }
    }

    @Override
    public OpenResource.Kind kind() {
        return OpenResource.Kind.PROCESS;
    }

    @Override
    public void loopClosed() {
        closing = true;
        finished = true;
        for (BaseTransport pipe : pipes.values()) {
            if (pipe instanceof LoopIo.Resource resource) {
                resource.loopClosed();
            }
        }
        if (returnCode.isEmpty()) {
            ProcessTree.of(process).kill();
        }
    }

    // ---- what protocols and tasks call

    @Override
    public long getPid() {
        return process.pid();
    }

    @Override
    public OptionalInt getReturnCode() {
        return returnCode;
    }

    @Override
    public @Nullable BaseTransport getPipeTransport(int fd) {
        return pipes.get(fd);
    }

    @Override
    public void sendSignal(String name) {
        loop.checkThread();
        signals.send(name);
    }

    @Override
    public void sendSignal(int number) {
        loop.checkThread();
        signals.send(number);
    }

    @Override
    public void terminate() {
        loop.checkThread();
        signals.terminate();
    }

    @Override
    public void kill() {
        loop.checkThread();
        signals.kill();
    }

    // ---- about it

    @Override
    public void setProtocol(BaseProtocol protocol) {
        loop.checkThread();
        if (!(Objects.requireNonNull(protocol, "protocol") instanceof SubprocessProtocol)) {
            throw new IllegalArgumentException("a child process needs a SubprocessProtocol, got " + protocol);
        }
        calls.setProtocol(protocol);
    }

    @Override
    public BaseProtocol getProtocol() {
        return calls.protocol();
    }

    @Override
    public @Nullable Object getExtraInfo(String name, @Nullable Object fallback) {
        return name.equals(ExtraInfo.SUBPROCESS.key()) ? process : fallback;
    }

    @Override
    public String toString() {
        String state = returnCode.isPresent() ? "returned " + returnCode.getAsInt() : "running";
        return "SubprocessTransport[pid " + process.pid() + ", " + state + ", " + openPipes + " pipes open]";
    }
}
