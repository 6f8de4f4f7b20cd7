package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.RunOptions;
import dev.weft.Runner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One loop of a {@link LoopGroup}, and its thread. */
final class GroupMember {
    private final Thread thread;
    private final EventLoop loop;
    private final Consumer<@Nullable Throwable> whenEnded;

    /** The loop's own. */
    private final List<Server> servers = new ArrayList<>();

    /** The loop's own: what hands connections to the servers. */
    private final List<Runnable> sources = new ArrayList<>();

    private final Future<@Nullable Duration> end;

    private volatile boolean gone;
    private volatile @Nullable Throwable failure;

    GroupMember(String name, Consumer<@Nullable Throwable> whenEnded) {
        this.whenEnded = whenEnded;
        loop = EventLoop.builder().name(name).build();
        end = loop.createFuture();
        thread = Thread.ofPlatform().name(name).unstarted(this::live);
    }

    EventLoop loop() {
        return loop;
    }

    void start() {
        thread.start();
    }

    private void live() {
        try (var runner = new Runner(RunOptions.DEFAULT.loopFactory(() -> loop).handleInterrupt(false))) {
            runner.run(() -> {
                Duration grace = awaitEnd();
                sources.forEach(Runnable::run);
                servers.forEach(Server::close);
                drain(grace);
            });
        } catch (Throwable e) {
            failure = e;
        } finally {
            gone = true;
            whenEnded.accept(failure);
        }
    }

    /** Until then other threads may have something to do here at any time. */
    @dev.weft.Suspends
    private @Nullable Duration awaitEnd() {
        try (var _ = loop.expectOutside()) {
            return end.await();
        }
    }

    /** Waits for the connections, then aborts those that are left. */
    @dev.weft.Suspends
    private void drain(@Nullable Duration grace) {
        try {
            Asyncio.timeout(grace, () -> {
                for (Server server : servers) {
                    server.waitClosed();
                }
            });
        } catch (TimeoutException overdue) {
            servers.forEach(Server::abortClients);
        }
        for (Server server : servers) {
            server.waitClosed();
        }
    }

    /** On the loop: its end closes this server. */
    void serve(Server server) {
        if (end.done()) {
            server.close();
            throw new IllegalStateException("the group is closed");
        }
        servers.removeIf(old -> !old.isServing());
        servers.add(server);
    }

    /** On the loop: its end begins with this. */
    void endFirst(Runnable source) {
        sources.add(source);
    }

    /** On any thread: runs on the loop; false if that is closed already. */
    boolean post(Runnable action) {
        try {
            loop.callSoonThreadsafe(action::run);
            return true;
        } catch (IllegalStateException closed) {
            if (!loop.isClosed()) {
                throw closed;
            }
            return false;
        }
    }

    /** On any thread, any number of times: the first one counts. */
    void end(@Nullable Duration grace) {
        post(() -> {
            if (!end.done()) {
                end.setResult(grace);
            }
        });
    }

    boolean isHere() {
        return Thread.currentThread() == thread || isRunningHere();
    }

    private boolean isRunningHere() {
        try {
            return Asyncio.getRunningLoop() == loop;
        } catch (IllegalStateException none) {
            return false;
        }
    }

    void join() {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join(); // it has nothing left to do
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isGone() {
        return gone;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }
}
