package dev.weft.io.http;

import dev.weft.Suspends;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events, as the HTML standard has them. Made by {@link Response#events}; confined to the task that got it.
 */
public final class EventStream {
    private final BodyWriter out;

    EventStream(BodyWriter out) {
        this.out = out;
    }

    /** Sends events. */
    @FunctionalInterface
    public interface Producer {
        /**
         * Sends events, as long as it likes. The stream ends when it returns; a peer that has gone away shows in the next event, as an
         * {@link IOException}.
         *
         * @param events takes them
         * @throws Exception breaks the connection
         */
        @Suspends
        void produce(EventStream events) throws Exception;
    }

    /**
     * Sends an event.
     *
     * @param data its data; each line of it goes into a field of its own
     * @throws IOException if the connection is broken, or the peer takes nothing for too long
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public void send(String data) throws IOException {
        send(null, null, data);
    }

    /**
     * Sends an event with a name, and an id from which the peer may ask to go on: it then sends {@code Last-Event-ID}.
     *
     * @param event its name, null for none
     * @param id its id, null for none
     * @param data its data
     * @throws IOException if the connection is broken, or the peer takes nothing for too long
     * @throws IllegalArgumentException if the name or the id has a line end or a NUL
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public void send(@Nullable String event, @Nullable String id, String data) throws IOException {
        var text = new StringBuilder();
        if (event != null) {
            text.append("event: ").append(checked("event", event)).append('\n');
        }
        if (id != null) {
            text.append("id: ").append(checked("id", id)).append('\n');
        }
        for (String line : data.split("\r\n|\r|\n", -1)) {
            text.append("data: ").append(line).append('\n');
        }
        write(text.append('\n').toString());
    }

    /**
     * Sends a comment, which the peer overlooks: keeps connections alive that others would cut when idle.
     *
     * @param text one line
     * @throws IOException if the connection is broken, or the peer takes nothing for too long
     * @throws IllegalArgumentException if it has a line end or a NUL
     */
    @Suspends
    public void comment(String text) throws IOException {
        write(": " + checked("comment", text) + "\n\n");
    }

    /**
     * Tells the peer how long to wait before it connects again.
     *
     * @param delay how long
     * @throws IOException if the connection is broken, or the peer takes nothing for too long
     * @throws IllegalArgumentException if it is negative
     */
    @Suspends
    public void retry(Duration delay) throws IOException {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("a delay is not negative, got " + delay);
        }
        write("retry: " + delay.toMillis() + "\n\n");
    }

    @Suspends
    private void write(String text) throws IOException {
        out.write(text);
        out.flush();
    }

    private static String checked(String what, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' || c == '\n' || c == 0) {
                throw new IllegalArgumentException(
                        "an event stream's %s cannot have U+%04X, at index %d".formatted(what, (int) c, i));
            }
        }
        return text;
    }
}
