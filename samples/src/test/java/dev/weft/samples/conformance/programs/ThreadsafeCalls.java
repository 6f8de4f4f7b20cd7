package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Calls from another thread arrive in their order; a coroutine sent from there answers there. */
final class ThreadsafeCalls implements Program {
    private String answer(String value) {
        trace("runs on the loop:", value);
        yieldNow();
        if (value.equals("bad")) {
            throw new Boom(value);
        }
        return value;
    }

    private List<Object> thread(EventLoop loop) {
        for (int n = 0; n < 3; n++) {
            int number = n;
            loop.callSoonThreadsafe(() -> trace("from the thread", number));
        }
        var results = new ArrayList<>();
        results.add(runCoroutineThreadsafe(() -> answer("good"), loop).join());
        try {
            runCoroutineThreadsafe(() -> answer("bad"), loop).join();
        } catch (CompletionException error) {
            results.add(error.getCause());
        }
        return results;
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        loop.callSoonThreadsafe(() -> trace("from the loop itself"));
        loop.callSoon(() -> trace("call_soon after it"));
        trace("main waits");
        trace("the thread got", toThread(() -> thread(loop)));
    }
}
