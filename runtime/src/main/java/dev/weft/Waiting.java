package dev.weft;

import org.jspecify.annotations.Nullable;

/** Waits that are told of the end of a future without taking its outcome. */
final class Waiting {
    private Waiting() {}

    /** Cancels the future and waits until it is done, whatever its outcome. */
    @Suspends
    static void cancelAndWait(Future<?> future) {
        EventLoop loop = future.getLoop();
        Future<@Nullable Void> ended = loop.createFuture();
        Future.Listener listener = done -> {
            if (!ended.done()) {
                ended.complete(null);
            }
        };
        future.addListener(listener);
        try {
            future.cancel();
            ended.await();
        } finally {
            future.removeListener(listener);
        }
    }
}
