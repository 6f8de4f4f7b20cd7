package dev.weft;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Collects what is logged on {@code dev.weft} and below while it is open, and keeps it off the console. Any thread may ask.
 *
 * <pre>{@code
 * try (var log = new LogCapture()) {
 *     ...
 *     assertEquals(List.of("loop closed"), log.messages(Level.WARN));
 * }
 * }</pre>
 */
@SuppressWarnings("exports") // tests are in this module
public final class LogCapture implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.weft");
    private final ch.qos.logback.classic.Level levelBefore = logger.getLevel();
    private final boolean additiveBefore = logger.isAdditive();
    private final List<Event> events = new ArrayList<>();
    private final Collector collector = new Collector();
    private final boolean watchdogToo;

    /** What was logged: {@code message} is formatted, {@code thrown} null if there was none. */
    public record Event(
            Level level, String message, @Nullable Throwable thrown) {}

    /** Collects events of all levels from now on; not the watchdog's, who on a busy machine has something to say at any time. */
    public LogCapture() {
        this(false);
    }

    /** {@return what collects the watchdog's events as well} */
    public static LogCapture withWatchdog() {
        return new LogCapture(true);
    }

    private LogCapture(boolean watchdogToo) {
        this.watchdogToo = watchdogToo;
        collector.setContext(logger.getLoggerContext());
        collector.start();
        logger.setLevel(ch.qos.logback.classic.Level.TRACE);
        logger.setAdditive(false);
        logger.addAppender(collector);
    }

    /** {@return the events so far, oldest first} */
    public List<Event> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    /** {@return the messages of one level so far, oldest first} */
    public List<String> messages(Level level) {
        return events().stream()
                .filter(event -> event.level == level)
                .map(Event::message)
                .toList();
    }

    /** {@return whether a message contains the text} */
    public boolean contains(String text) {
        return events().stream().anyMatch(event -> event.message.contains(text));
    }

    /** {@return the one event whose message contains the text} Fails when there is none, or more than one. */
    public Event only(String text) {
        List<Event> found =
                events().stream().filter(event -> event.message.contains(text)).toList();
        if (found.size() != 1) {
            throw new AssertionError(
                    "expected one event with '" + text + "', found " + found.size() + " among " + this);
        }
        return found.getFirst();
    }

    /** {@return the first event that fits} Waits for it, in real time, for ten seconds: it may come from another thread. */
    public Event await(Predicate<Event> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        synchronized (events) {
            while (true) {
                for (Event event : events) {
                    if (wanted.test(event)) {
                        return event;
                    }
                }
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError("no such event among " + this);
                }
                events.wait(left);
            }
        }
    }

    @Override
    public void close() {
        logger.detachAppender(collector);
        collector.stop();
        logger.setAdditive(additiveBefore);
        logger.setLevel(levelBefore);
    }

    @Override
    public String toString() {
        return events().toString();
    }

    private final class Collector extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            if (!watchdogToo && event.getLoggerName().equals("dev.weft.watchdog")) {
                return;
            }
            var seen = new Event(
                    Level.valueOf(event.getLevel().toString()),
                    event.getFormattedMessage(),
                    event.getThrowableProxy() instanceof ThrowableProxy proxy ? proxy.getThrowable() : null);
            synchronized (events) {
                events.add(seen);
                events.notifyAll();
            }
        }
    }
}
