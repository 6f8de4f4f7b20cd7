package dev.weft.io.internal.process;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Ends a running child and all that descends from it. What has begun goes on, also if the task that waits for it is cancelled. */
final class TreeEnding {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final EventLoop loop;
    private final ProcessHandle root;

    TreeEnding(EventLoop loop, ProcessHandle root) {
        this.loop = loop;
        this.root = root;
    }

    /** Kills all of them. */
    @Suspends
    void kill() {
        kill(null);
    }

    @Suspends
    private void kill(@Nullable ProcessTree known) {
        OffLoop.on(loop, OffLoop.start(() -> {
                    (known != null ? known : ProcessTree.of(root)).kill();
                    return true;
                }))
                .await();
    }

    /** Asks all of them to end, and kills after a while who has not. A cancellation ends the while. */
    @Suspends
    void stop(Duration grace) {
        ProcessTree tree = null;
        boolean gone = false;
        try {
            tree = OffLoop.on(loop, OffLoop.start(() -> ProcessTree.of(root).terminate()))
                    .await();
            gone = awaitEnd(tree, grace);
        } finally {
            if (!gone) {
                kill(tree);
            }
        }
    }

    /** Whether all of them ended. Java knows when a child ends, but can only look whether others have. */
    @Suspends
    private boolean awaitEnd(ProcessTree tree, Duration grace) {
        long deadline = loop.time() + grace.toNanos();
        while (tree.isAlive()) {
            if (loop.time() >= deadline) {
                return false;
            }
            Asyncio.sleep(LOOK_AGAIN);
        }
        return true;
    }
}
