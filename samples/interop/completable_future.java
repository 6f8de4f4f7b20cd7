//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

import static dev.weft.Asyncio.*;

/** CompletableFuture both ways: a task waits for one, and other threads get one for a task. */
void main() throws Exception {
    run(() -> {
        // Into Weft: a task waits for a stage, and its failure is the failure itself, not wrapped.
        try (var pool = Executors.newFixedThreadPool(2)) {
            var six = CompletableFuture.supplyAsync(() -> 6, pool).thenCombine(CompletableFuture.supplyAsync(() -> 7, pool), (a, b) -> a * b);
            IO.println(wrapFuture(six).await());

            var failing = CompletableFuture.supplyAsync(() -> Integer.parseInt("six"), pool);
            try {
                wrapFuture(failing).await();
            } catch (NumberFormatException e) {
                IO.println(e.getMessage());
            }
        }

        // A cancelled wait cancels the stage.
        var never = new CompletableFuture<String>();
        try {
            waitFor(wrapFuture(never), millis(10));
        } catch (TimeoutException e) {
            sleep(millis(1)); // the stage is told in the next turn of the loop
            IO.println("cancelled: " + never.isCancelled());
        }

        // Out of Weft: a task's result as a stage, for code that knows no loop.
        var task = createTask(() -> {
            sleep(millis(10));
            return "made by a task";
        });
        var length = task.toCompletableFuture().thenApply(String::length);
        IO.println(wrapFuture(length).await());

        // From another thread: start a task here and wait there.
        var loop = getRunningLoop();
        IO.println(toThread(() -> runCoroutineThreadsafe(() -> "asked for by " + (currentTask() != null ? "a thread" : "nobody"), loop).get()));
    });
}
