package dev.weft.cli;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
final class Units {
    private static final String[] BYTES = {"B", "kB", "MB", "GB", "TB"};

    private Units() {}

    /** {@code 0.3ms}, {@code 12.4s}, {@code 3m07s}, {@code 5h12m}, {@code 2d04h}. */
    static String time(long nanos) {
        if (nanos < 0) {
            return "-";
        }
        double seconds = nanos / 1e9;
        if (seconds < 1) {
            return String.format(Locale.ROOT, "%.1fms", nanos / 1e6);
        }
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1fs", seconds);
        }
        Duration time = Duration.ofNanos(nanos);
        if (time.toHours() < 1) {
            return String.format(Locale.ROOT, "%dm%02ds", time.toMinutes(), time.toSecondsPart());
        }
        return time.toDays() < 1
                ? String.format(Locale.ROOT, "%dh%02dm", time.toHours(), time.toMinutesPart())
                : String.format(Locale.ROOT, "%dd%02dh", time.toDays(), time.toHoursPart());
    }

    /** {@code 512B}, {@code 1.5kB}, {@code 20.0MB}: powers of 1000. */
    static String bytes(double count) {
        int unit = 0;
        double value = count;
        while (value >= 1000 && unit < BYTES.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f%s" : "%.1f%s", value, BYTES[unit]);
    }
}
