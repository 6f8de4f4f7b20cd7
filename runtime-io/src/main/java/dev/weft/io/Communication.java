package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import dev.weft.Task;
import dev.weft.io.internal.process.ProcessTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One conversation with a child: all of its input, all of its output, at the same time. */
final class Communication {
    private final ProcessTransport transport;
    private final ChildStreams streams;
    private final int maxOutput;

    Communication(ProcessTransport transport, ChildStreams streams, int maxOutput) {
        this.transport = transport;
        this.streams = streams;
        this.maxOutput = maxOutput;
    }

    @Suspends
    CommunicateResult run(byte[] data) throws IOException {
        List<Task<?>> tasks = new ArrayList<>();
        try {
            StreamWriter stdin = streams.stdin();
            if (stdin != null) {
                tasks.add(Asyncio.createTask(() -> feed(stdin, data)));
            }
            Task<byte[]> stdout = collect(streams.stdout(), "output", tasks);
            Task<byte[]> stderr = collect(streams.stderr(), "errors", tasks);
            awaitAll(tasks);
            transport.waitForExit();
            return new CommunicateResult(
                    stdout == null ? null : stdout.result(), stderr == null ? null : stderr.result());
        } finally {
            for (Task<?> task : tasks) {
                task.cancel();
            }
            if (!tasks.isEmpty()) {
                Asyncio.wait(tasks); // so that the streams are free when the caller goes on
            }
        }
    }

    /** Ends with the first that fails. */
    @Suspends
    private static void awaitAll(List<Task<?>> tasks) throws IOException {
        Asyncio.gather(tasks.toArray(Task<?>[]::new)).await(IOException.class);
    }

    @Suspends
    private static void feed(StreamWriter stdin, byte[] data) throws IOException {
        try {
            stdin.write(data);
            stdin.drain();
        } catch (BrokenPipeException | ConnectionResetException notRead) {
            // A child need not read its input. What it writes about that is what the caller wants to know.
        } finally {
            stdin.close();
        }
    }

    private @Nullable Task<byte[]> collect(@Nullable StreamReader reader, String what, List<Task<?>> tasks) {
        if (reader == null) {
            return null;
        }
        Task<byte[]> task = Asyncio.createTask(() -> readAll(reader, what));
        tasks.add(task);
        return task;
    }

    @Suspends
    private byte[] readAll(StreamReader reader, String what) throws IOException {
        try {
            return reader.readAllUpTo(maxOutput);
        } catch (LimitOverrunException e) {
            transport.closeTree();
            throw new LimitOverrunException(
                    "the child wrote more than %d bytes of %s, and was killed; maxOutput of ProcessOptions raises the limit"
                            .formatted(maxOutput, what),
                    e.consumed());
        }
    }
}
