package dev.weft.benchmarks.tls;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A server that runs on an event loop with a thread of its own. */
abstract class LoopSide implements Side {
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final CompletableFuture<Runnable> stop = new CompletableFuture<>();
    private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);

    final void start() {
        thread.start();
    }

    private void run() {
        try {
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                var end = loop.<Boolean>createFuture();
                try (AutoCloseable _ = listen(port)) {
                    stop.complete(() -> loop.callSoonThreadsafe(() -> end.setResult(true)));
                    end.await();
                }
            });
        } catch (Exception e) {
            port.completeExceptionally(e);
        }
    }

    /** Listens, and says where. What it returns ends that. */
    @Suspends
    abstract AutoCloseable listen(CompletableFuture<Integer> port) throws Exception;

    @Override
    public int port() {
        return get(port);
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        get(stop).run();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
