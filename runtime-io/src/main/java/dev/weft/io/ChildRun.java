package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.io.internal.process.ProcessTransport;
import java.io.IOException;
import java.util.List;

/** A child from its beginning to its end. */
final class ChildRun {
    private ChildRun() {}

    @Suspends
    static CompletedProcess run(ProcessOptions options, List<String> command) throws IOException {
        EventLoop loop = Asyncio.getRunningLoop();
        byte[] input = options.input();
        ProcessOptions wanted = input == null ? options : options.stdin(pipeFor(options));
        var streams = new ChildStreams(loop, options.limit());
        ProcessTransport transport = ProcessTransport.start(loop, ChildCommand.of(command, wanted), streams);
        CommunicateResult result;
        int returnCode;
        try {
            result =
                    new Communication(transport, streams, options.maxOutput()).run(input == null ? new byte[0] : input);
            returnCode = transport.waitForExit();
        } finally {
            try {
                transport.stopTree(options.grace());
            } finally {
                transport.close();
            }
        }
        var completed = new CompletedProcess(command, returnCode, result.stdout(), result.stderr());
        if (options.check()) {
            completed.checkReturnCode();
        }
        return completed;
    }

    private static Redirect pipeFor(ProcessOptions options) {
        Redirect stdin = options.stdin();
        if (stdin != null && stdin != Redirect.PIPE) {
            throw new IllegalArgumentException("the options have input, which comes through a pipe, and also " + stdin);
        }
        return Redirect.PIPE;
    }
}
