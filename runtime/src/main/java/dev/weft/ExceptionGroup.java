package dev.weft;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Several exceptions that are thrown together: what a task group throws when tasks of it failed. The members are also its suppressed
 * exceptions, so that a stack trace shows them. Mirrors {@code ExceptionGroup}.
 */
public non-sealed class ExceptionGroup extends RuntimeException implements ThrowableGroup {
    private static final long serialVersionUID = 1L;

    /** What is in the group, in its order. */
    @SuppressWarnings("serial") // List.copyOf gives a serializable list
    private final List<Throwable> members;

    /**
     * A group.
     *
     * @param message what was going on
     * @param members the exceptions, at least one, no {@link Error} among them or inside groups among them
     * @throws IllegalArgumentException if there are none, or an {@code Error} is among them
     */
    @SuppressWarnings("this-escape") // adding suppressed exceptions is final
    public ExceptionGroup(String message, List<? extends Throwable> members) {
        super(message);
        this.members = Groups.membersOf(members);
        for (Throwable member : this.members) {
            if (member instanceof Error) {
                throw new IllegalArgumentException(
                        "an ExceptionGroup holds no Errors, use an ErrorGroup for " + Describe.exception(member));
            }
        }
        this.members.forEach(this::addSuppressed);
    }

    @Override
    public List<Throwable> exceptions() {
        return members;
    }

    @Override
    public @Nullable ExceptionGroup subgroup(Predicate<? super Throwable> condition) {
        return (ExceptionGroup) ThrowableGroup.super.subgroup(condition);
    }
}
