package dev.weft.io.internal.transport;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Event;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Several attempts at a connection, each a task, of which one wins. The next begins when the one before has failed or had its time; the
 * others are cancelled when one has succeeded, and are over when {@link #race} returns.
 */
final class Attempts {
    private final EventLoop loop;
    private final List<Attempt> attempts;
    private final Duration delay;
    private final List<Task<?>> running = new ArrayList<>();
    private final List<IOException> failures = new ArrayList<>();
    private final Event progress = new Event();
    private @Nullable SocketChannel winner;

    Attempts(EventLoop loop, List<Attempt> attempts, Duration delay) {
        this.loop = loop;
        this.attempts = attempts;
        this.delay = delay;
    }

    /** One attempt. */
    interface Attempt {
        @Suspends
        SocketChannel connect() throws IOException;
    }

    /**
     * The first connection that succeeds.
     *
     * @throws ConnectFailure if all attempts failed
     * @throws SocketTimeoutException if there was neither a success nor a failure
     */
    @Suspends
    SocketChannel race() throws IOException {
        boolean through = false;
        try {
            for (int begun = 0; winner == null && begun < attempts.size(); begun++) {
                begin(attempts.get(begun));
                boolean last = begun == attempts.size() - 1;
                if (!last) {
                    awaitProgress();
                }
            }
            while (winner == null && !running.isEmpty()) {
                progress.clear();
                progress.await();
            }
            through = true;
        } finally {
            cancelRest();
            if (!through && winner != null) {
                Acceptor.closeQuietly(winner);
            }
        }
        SocketChannel connected = winner;
        if (connected != null) {
            return connected;
        }
        if (failures.isEmpty()) {
            throw new SocketTimeoutException("no attempt came to an end");
        }
        throw new ConnectFailure(failures);
    }

    /** Until an attempt has ended, or the delay is over. */
    @Suspends
    private void awaitProgress() {
        progress.clear();
        try {
            Asyncio.waitFor(() -> progress.await(), delay);
        } catch (TimeoutException e) {
            // That is what the delay is for: the next one may begin.
        }
    }

    private void begin(Attempt attempt) {
        Task<?>[] self = new Task<?>[1];
        self[0] = loop.createTask(() -> run(attempt));
        running.add(self[0]);
        self[0].addDoneCallback(done -> {
            running.remove(self[0]);
            progress.set();
        });
    }

    @Suspends
    private void run(Attempt attempt) {
        SocketChannel channel;
        try {
            channel = attempt.connect();
        } catch (IOException e) {
            failures.add(e);
            return;
        }
        if (winner == null) {
            winner = channel;
        } else {
            Acceptor.closeQuietly(channel); // a dead heat
        }
    }

    /** Cancels what still runs and sees it through, whatever happens meanwhile. */
    @Suspends
    private void cancelRest() {
        CancelledError cancelled = null;
        running.forEach(Task::cancel);
        while (!running.isEmpty()) {
            progress.clear();
            try {
                progress.await();
            } catch (CancelledError e) {
                cancelled = e;
                running.forEach(Task::cancel);
            }
        }
        if (cancelled != null) {
            SocketChannel connected = winner;
            if (connected != null) {
                winner = null;
                Acceptor.closeQuietly(connected);
            }
            throw cancelled;
        }
    }
}
