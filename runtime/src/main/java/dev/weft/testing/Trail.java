package dev.weft.testing;

import java.util.ArrayList;
import java.util.List;

/**
 * What happened, in order: a test's tasks leave marks, and the test compares them with what it expects. For tests that are about order,
 * which says more than any time does.
 *
 * <p>Confined to the tasks and callbacks of one loop, and to the test around it.
 */
public final class Trail {
    private final List<String> marks = new ArrayList<>();

    /** An empty trail. */
    public Trail() {}

    /**
     * Leaves a mark.
     *
     * @param mark anything, kept as its {@code toString()}
     */
    public void mark(Object mark) {
        marks.add(mark.toString());
    }

    /** {@return the marks so far, oldest first} */
    public List<String> marks() {
        return List.copyOf(marks);
    }

    /** Forgets all marks. */
    public void clear() {
        marks.clear();
    }

    /**
     * Compares the marks with what is expected, in order and completely.
     *
     * @param expected the marks, compared as their {@code toString()}
     * @throws AssertionError if they differ; it names the first difference
     */
    public void assertMarks(Object... expected) {
        List<String> wanted = new ArrayList<>();
        for (Object mark : expected) {
            wanted.add(mark.toString());
        }
        if (!marks.equals(wanted)) {
            int same = 0;
            while (same < marks.size()
                    && same < wanted.size()
                    && marks.get(same).equals(wanted.get(same))) {
                same++;
            }
            throw new AssertionError(
                    "the trail differs from mark " + same + " on: expected " + wanted + ", got " + marks);
        }
    }

    @Override
    public String toString() {
        return "Trail" + marks;
    }
}
