package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Keeps everybody else out, in this process and in others, as long as it is held: whoever takes a lock on the same file waits. It ends with
 * {@link #close}, with the loop, and with the process, however that comes to its end. Mirrors Twisted's {@code DeferredFilesystemLock}.
 *
 * <p>Within the process those who wait come in turn, over all loops. Between processes nobody keeps a line: whoever has the turn in its
 * process asks again and again, up to 50 ms apart.
 *
 * <p>The file should serve for nothing else. It is created if it is missing, and stays: to delete it would let two be in at the same time.
 * Its content does not matter. On most systems the lock is lost when anything in this process opens and closes that file, and nobody is kept
 * out who does not ask.
 */
public final class FileLock implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private final Path path;
    private final FileTurns.Turn turn;
    private final AtomicBoolean closed = new AtomicBoolean();

    private FileLock(Path path, FileTurns.Turn turn) {
        this.path = path;
        this.turn = turn;
    }

    /**
     * Waits until nobody else holds it, and takes it.
     *
     * @param path the file
     * @return the lock, to be closed
     * @throws IOException if the file cannot be created or locked
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the lock is not taken then
     */
    @Suspends
    public static FileLock acquire(Path path) throws IOException {
        try {
            return acquire(path, null);
        } catch (TimeoutException e) {
            throw new AssertionError("there was no time limit", e);
        }
    }

    /**
     * As {@link #acquire(Path)}, for a limited time.
     *
     * @param path the file
     * @param limit how long to wait for others, on the loop's clock; zero or negative to try only, null for no limit
     * @return the lock, to be closed
     * @throws TimeoutException if somebody else still holds it then
     * @throws IOException if the file cannot be created or locked
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the lock is not taken then
     */
    @Suspends
    public static FileLock acquire(Path path, @Nullable Duration limit) throws IOException, TimeoutException {
        EventLoop loop = Asyncio.getRunningLoop();
        long begin = loop.time();
        Object file = offLoop(() -> FileTurns.identify(path));
        FileTurns.Turn turn = FileTurns.enter(file, loop);
        boolean held = false;
        try {
            if (!turn.comes(left(loop, begin, limit))) {
                throw heldByAnother(path, limit);
            }
            FileChannel channel = offLoop(() -> turn.open(path));
            Duration pause = FIRST_PAUSE;
            while (offLoop(channel::tryLock) == null) {
                Duration left = left(loop, begin, limit);
                if (left != null && !left.isPositive()) {
                    throw heldByAnother(path, limit);
                }
                Asyncio.sleep(left != null && left.compareTo(pause) < 0 ? left : pause);
                Duration longer = pause.multipliedBy(2);
                pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
            }
            // A cancellation that was held back meanwhile: after the return it would drop the lock that nobody could
            // release any more.
            Asyncio.checkpoint();
            held = true;
            return new FileLock(path, turn);
        } finally {
            if (!held) {
                turn.leave();
            }
        }
    }

    /**
     * File systems may take their time. A cancellation waits for the result: the next one in the line must not be let in while something
     * is still going to close that file, which would take the lock from it.
     */
    @Suspends
    private static <T extends @Nullable Object> T offLoop(dev.weft.Body<T, IOException> body) throws IOException {
        return Asyncio.<T, IOException>shielded(() -> Asyncio.toThread(body));
    }

    private static @Nullable Duration left(EventLoop loop, long begin, @Nullable Duration limit) {
        return limit == null ? null : limit.minusNanos(loop.time() - begin);
    }

    private static TimeoutException heldByAnother(Path path, @Nullable Duration limit) {
        return new TimeoutException("still locked by somebody else after " + limit + ": " + path);
    }

    /** {@return the file} */
    public Path path() {
        return path;
    }

    /** {@return whether it is held still} */
    public boolean isHeld() {
        return !closed.get() && !turn.hasLeft();
    }

    /** Lets the next one in. May be called from any thread, and more than once. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            turn.leave();
        }
    }

    @Override
    public String toString() {
        return "FileLock[" + path + (isHeld() ? ", held]" : ", released]");
    }
}
