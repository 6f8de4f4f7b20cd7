package dev.weft.io.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Dates as RFC 9110, section 5.6.7, has them. */
final class HttpDate {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private record Formatted(long second, String text) {}

    /** The last one that was asked for: answers in the same second say the same. Any thread may replace it. */
    private static volatile Formatted now = new Formatted(-1, "");

    private HttpDate() {}

    static String now() {
        long second = System.currentTimeMillis() / 1000;
        Formatted last = now;
        if (last.second != second) {
            last = new Formatted(second, format(Instant.ofEpochSecond(second)));
            now = last;
        }
        return last.text;
    }

    static String format(Instant instant) {
        return FORMAT.format(instant.atOffset(ZoneOffset.UTC));
    }

    /** The moment that a field names, null if it is none in the preferred form: then the field is to be overlooked. */
    static @Nullable Instant parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return ZonedDateTime.parse(text, FORMAT.withZone(ZoneOffset.UTC)).toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
