package dev.weft;

import java.util.List;

/**
 * Something that a test has left on its loop: a task, a timer, a channel, a generator.
 *
 * @param what a description
 * @param madeAt the newest frames of the code that made it, newest last; none unless the loop is in debug mode
 */
public record Leftover(String what, List<StackTraceElement> madeAt) {
    /** Copies the list. */
    public Leftover {
        madeAt = List.copyOf(madeAt);
    }

    @Override
    public String toString() {
        var text = new StringBuilder(what);
        if (!madeAt.isEmpty()) {
            text.append(", made");
            madeAt.reversed().forEach(frame -> text.append("\n    at ").append(frame));
        }
        return text.toString();
    }
}
