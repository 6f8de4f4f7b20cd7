package dev.weft;

import dev.weft.internal.coroutine.Fibers;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;

/** Says once, in the log, how tasks run in this JVM, and how to get the other way. */
final class ModeNotice {
    static final String HOW_TO_OPEN = Fibers.HOW_TO_CONFINE;

    private static final Runtime.Version OLDEST_SOUND = Runtime.Version.parse("25.0.3");
    private static final AtomicBoolean SAID = new AtomicBoolean();

    private ModeNotice() {}

    /** What the system property {@code weft.mode} asks for. */
    static EventLoop.Mode preferred() {
        String value = System.getProperty("weft.mode", "auto");
        try {
            return EventLoop.Mode.valueOf(value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "system property weft.mode must be confined, portable or auto, got '" + value + "'", e);
        }
    }

    /** JDK-8369227, before 25.0.3: a timed park of a virtual thread may swallow the unpark of the park after it. */
    static void warnOfOldJdk(Runtime.Version version) {
        if (version.feature() == 25 && version.compareToIgnoreOptional(OLDEST_SOUND) < 0) {
            LoggerFactory.getLogger("dev.weft")
                    .warn("this JDK, {}, may lose wake-ups of virtual threads: use {} or later", version, OLDEST_SOUND);
        }
    }

    static void logOnce(EventLoop.Mode mode) {
        if (!SAID.get() && SAID.compareAndSet(false, true)) {
            LoggerFactory.getLogger("dev.weft")
                    .info(
                            mode == EventLoop.Mode.CONFINED
                                    ? "Weft runs tasks in confined mode (-Dweft.mode=portable for the other one)"
                                    : "Weft runs tasks in portable mode; for the faster confined mode {}",
                            HOW_TO_OPEN);
            warnOfOldJdk(Runtime.version());
        }
    }
}
