package dev.weft.samples.conformance;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.ThrowableGroup;
import dev.weft.testing.TestLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All that the programs share, the twin of {@code tracing.py}: a trace to write to, two exceptions of their own, and words
 * for outcomes that are neither Python's nor Java's where the two differ.
 */
public final class Tracing {
    /** Exceptions under the names Python knows them by. */
    private static final Map<Class<? extends Throwable>, String> NAMES = Map.of(
            TimeoutException.class, "TimeoutError",
            dev.weft.InvalidStateException.class, "InvalidStateError",
            dev.weft.BrokenBarrierException.class, "BrokenBarrierError",
            dev.weft.QueueEmptyException.class, "QueueEmpty",
            dev.weft.QueueFullException.class, "QueueFull",
            dev.weft.QueueShutDownException.class, "QueueShutDown",
            IllegalStateException.class, "RuntimeError",
            IllegalArgumentException.class, "ValueError",
            NoSuchElementException.class, "LookupError",
            dev.weft.ErrorGroup.class, "BaseExceptionGroup");

    /** Lines of the program that runs now. Programs write from the loop alone, but loops run on several threads in turn. */
    private static final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    private Tracing() {}

    /** The failure the programs raise on purpose. */
    public static final class Boom extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Boom(String message) {
            super(message);
        }
    }

    /** The same, outside {@code Exception}. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        public Crash(String message) {
            super(message);
        }
    }

    static List<String> lines() {
        return List.copyOf(lines);
    }

    static void clear() {
        lines.clear();
    }

    /** Adds one line: the virtual time in ms ({@code -} where no loop runs), then the parts. */
    public static void trace(@Nullable Object... parts) {
        lines.add("%5s ".formatted(now())
                + Arrays.stream(parts).map(Tracing::show).collect(Collectors.joining(" ")));
    }

    private static String now() {
        EventLoop loop;
        try {
            loop = Asyncio.getRunningLoop();
        } catch (IllegalStateException noneRuns) {
            return "-";
        }
        return Long.toString(loop.time() / 1_000_000);
    }

    /** Computes for so long without giving way: virtual time moves on, nobody else runs. */
    public static void busy(int ms) {
        ((TestLoop) Asyncio.getRunningLoop()).clock().advance(Asyncio.millis(ms));
    }

    /** A loop whose clock jumps to the next timer whenever nothing else can run. */
    public static EventLoop virtualTimeLoop() {
        return new TestLoop();
    }

    /** How a future stands: pending, cancelled, its exception, or its value. */
    public static String outcome(Future<?> future) {
        if (!future.done()) {
            return "pending";
        }
        if (future.cancelled()) {
            return "cancelled";
        }
        var error = future.exception();
        return error != null ? "failed " + show(error) : "value " + show(future.result());
    }

    /** How each of them stands. */
    public static List<String> outcomes(Collection<? extends Future<?>> futures) {
        return futures.stream().map(Tracing::outcome).toList();
    }

    /** Python's name of the exception alone, where asyncio loses the message of a cancel on the way. */
    public static String kind(@Nullable Throwable error) {
        return error == null
                ? "none"
                : NAMES.getOrDefault(error.getClass(), error.getClass().getSimpleName());
    }

    /** Throws what Java would not let a body throw undeclared. */
    public static Exception raise(Throwable error) throws Exception {
        if (error instanceof Error fatal) {
            throw fatal;
        }
        throw (Exception) error;
    }

    static String show(@Nullable Object part) {
        return switch (part) {
            case null -> "none";
            case Collection<?> several ->
                several.stream().map(Tracing::show).collect(Collectors.joining(", ", "[", "]"));
            case ThrowableGroup group -> kind((Throwable) group) + show(group.exceptions());
            case Boom boom -> "Boom(" + boom.getMessage() + ")";
            case Crash crash -> "Crash(" + crash.getMessage() + ")";
            case CancelledError cancelled
            when cancelled.getMessage() != null -> "CancelledError(" + cancelled.getMessage() + ")";
            case Throwable error -> kind(error); // the words are each library's own
            default -> part.toString();
        };
    }
}
