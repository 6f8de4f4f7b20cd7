package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.LoopControl;
import dev.weft.Suspends;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who in this process may deal with which lock file: one at a time, over all loops and threads, in the order they came. The system's locks
 * belong to the process as a whole, and closing any descriptor of a file gives up the process's lock on it; so only whoever has the turn may
 * even open it.
 */
final class FileTurns {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");

    /** The first of each line has the turn. Guarded by itself. */
    private static final Map<Object, ArrayDeque<Turn>> LINES = new HashMap<>();

    private FileTurns() {}

    /** What is the same for all paths that lead to the file, which is created if need be. */
    static Object identify(Path path) throws IOException {
        // Inside the monitor, so that the descriptor that creates the file is closed before anybody can have locked it.
        synchronized (LINES) {
            try {
                Files.createFile(path);
            } catch (FileAlreadyExistsException e) {
                if (Files.isDirectory(path)) {
                    throw new IOException("a directory cannot be locked: " + path, e);
                }
            }
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return key != null ? key : path.toRealPath();
        }
    }

    static Turn enter(Object file, EventLoop loop) {
        var turn = new Turn(file, loop);
        turn.loopTurns.open.add(turn);
        boolean first;
        boolean othersFirst;
        synchronized (LINES) {
            ArrayDeque<Turn> line = LINES.computeIfAbsent(file, ignored -> new ArrayDeque<>());
            othersFirst = line.stream().anyMatch(other -> other.loop != loop);
            line.addLast(turn);
            first = line.size() == 1;
        }
        if (first) {
            turn.granted.setResult(null);
        } else if (othersFirst) {
            LoopControl.Expectation expected = loop.expectOutside();
            turn.granted.addDoneCallback(done -> expected.close());
        }
        return turn;
    }

    /** For tests: how many files have a line. */
    static int lines() {
        synchronized (LINES) {
            return LINES.size();
        }
    }

    /** For tests: how many places are taken, in all lines. */
    static int waiting() {
        synchronized (LINES) {
            return LINES.values().stream().mapToInt(ArrayDeque::size).sum();
        }
    }

    /** A place in a line. */
    static final class Turn {
        private final Object file;
        private final EventLoop loop;
        private final LoopTurns loopTurns;
        private final Future<@Nullable Void> granted;
        private @Nullable FileChannel channel;
        private boolean left;

        private Turn(Object file, EventLoop loop) {
            this.file = file;
            this.loop = loop;
            loopTurns = loop.attachment(LoopTurns.class, ignored -> new LoopTurns());
            granted = loop.createFuture();
        }

        /** Waits for it, for ever if there is no limit; whether it came in time. */
        @Suspends
        boolean comes(@Nullable Duration limit) {
            if (granted.done()) {
                return true;
            }
            try {
                Asyncio.timeout(limit, () -> {
                    granted.await();
                });
                return true;
            } catch (TimeoutException e) {
                return false;
            }
        }

        /** For whoever has the turn, which closes the file when it is over. */
        synchronized FileChannel open(Path path) throws IOException {
            FileChannel opened = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (left) { // the loop was closed meanwhile
                opened.close();
                throw new IOException("given up: " + path);
            }
            channel = opened;
            return opened;
        }

        synchronized boolean hasLeft() {
            return left;
        }

        /** Closes the file and has the next one come. On any thread; may be repeated. */
        void leave() {
            synchronized (this) {
                if (left) {
                    return;
                }
                left = true;
                if (channel != null) {
                    try {
                        channel.close();
                    } catch (IOException e) {
                        LOG.debug("closing a lock file failed", e);
                    }
                }
            }
            loopTurns.open.remove(this);
            Turn next = null;
            synchronized (LINES) {
                ArrayDeque<Turn> line = Objects.requireNonNull(LINES.get(file));
                boolean wasFirst = line.peekFirst() == this;
                line.remove(this);
                if (line.isEmpty()) {
                    LINES.remove(file);
                } else if (wasFirst) {
                    next = line.peekFirst();
                }
            }
            if (next != null) {
                next.grant();
            }
        }

        private void grant() {
            try {
                loop.callSoonThreadsafe(() -> {
                    if (!granted.done()) { // it is, if whoever waited was cancelled, and then leaves the line
                        granted.setResult(null);
                    }
                });
            } catch (IllegalStateException loopClosed) {
                leave();
            }
        }
    }

    /** The places of one loop, which end with it. */
    private static final class LoopTurns implements AutoCloseable {
        private final Set<Turn> open = ConcurrentHashMap.newKeySet();

        @Override
        public void close() {
            List.copyOf(open).forEach(Turn::leave);
        }
    }
}
