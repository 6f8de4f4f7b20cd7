package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;

/** A future is pending, then has exactly one outcome; every second attempt is refused. */
final class FutureStates implements Program {
    private void attempt(String name, Callable<?> action) {
        try {
            trace(name, "->", action.call());
        } catch (Throwable error) {
            trace(name, "->", error);
        }
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        Future<Object> pending = loop.createFuture();
        Future<Object> value = loop.createFuture();
        Future<Object> failed = loop.createFuture();
        Future<Object> cancelled = loop.createFuture();
        value.setResult(null);
        failed.setException(new Boom("stored"));
        cancelled.cancel("why not");
        var all = new LinkedHashMap<String, Future<Object>>();
        all.put("pending", pending);
        all.put("value", value);
        all.put("failed", failed);
        all.put("cancelled", cancelled);
        all.forEach((name, future) -> {
            trace(name, "done", future.done(), "cancelled", future.cancelled());
            attempt("result", future::result);
            attempt("exception", future::exception);
        });
        all.remove("pending");
        all.forEach((name, future) -> {
            trace("again,", name);
            attempt("set_result", () -> {
                future.setResult(1);
                return null;
            });
            attempt("set_exception", () -> {
                future.setException(new Boom("late"));
                return null;
            });
            attempt("cancel", future::cancel);
            trace("still", outcome(future));
        });
        attempt("cancel the pending one", pending::cancel);
        trace("now", outcome(pending));
    }
}
