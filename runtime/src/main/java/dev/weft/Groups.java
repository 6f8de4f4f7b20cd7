package dev.weft;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the two kinds of {@link ThrowableGroup} have in common. */
final class Groups {
    private Groups() {}

    static List<Throwable> membersOf(List<? extends Throwable> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a group of exceptions needs at least one member");
        }
        return List.copyOf(members);
    }

    static Split split(ThrowableGroup group, Predicate<? super Throwable> condition) {
        if (condition.test(group.asThrowable())) {
            return new Split(group, null);
        }
        var matching = new ArrayList<Throwable>();
        var others = new ArrayList<Throwable>();
        for (Throwable member : group.exceptions()) {
            if (member instanceof ThrowableGroup inner) {
                Split parts = split(inner, condition);
                addIfPresent(matching, parts.match());
                addIfPresent(others, parts.rest());
            } else {
                (condition.test(member) ? matching : others).add(member);
            }
        }
        return new Split(part(group, matching), part(group, others));
    }

    private static void addIfPresent(List<Throwable> members, @Nullable ThrowableGroup part) {
        if (part != null) {
            members.add(part.asThrowable());
        }
    }

    private static @Nullable ThrowableGroup part(ThrowableGroup whole, List<Throwable> members) {
        if (members.isEmpty()) {
            return null;
        }
        if (members.equals(whole.exceptions())) {
            return whole;
        }
        ThrowableGroup part = whole.derive(members);
        Throwable original = whole.asThrowable();
        Throwable derived = part.asThrowable();
        derived.setStackTrace(original.getStackTrace());
        if (original.getCause() != null && derived.getCause() == null) {
            derived.initCause(original.getCause());
        }
        return part;
    }

    static <X> List<X> find(ThrowableGroup group, Class<X> type) {
        var found = new ArrayList<X>();
        addLeaves(group, type, found);
        return List.copyOf(found);
    }

    private static <X> void addLeaves(ThrowableGroup group, Class<X> type, List<X> found) {
        for (Throwable member : group.exceptions()) {
            if (member instanceof ThrowableGroup inner) {
                addLeaves(inner, type, found);
            } else if (type.isInstance(member)) {
                found.add(type.cast(member));
            }
        }
    }
}
