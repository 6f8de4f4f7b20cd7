package dev.weft;

import java.util.List;

/**
 * A {@link ThrowableGroup} with an {@link Error} among its leaves, such as the {@code AssertionError} of a failed test: as an error
 * itself it is not caught by {@code catch (Exception e)}. The members are also its suppressed exceptions, so that a stack trace
 * shows them. Mirrors {@code BaseExceptionGroup}.
 */
public non-sealed class ErrorGroup extends Error implements ThrowableGroup {
    private static final long serialVersionUID = 1L;

    /** What is in the group, in its order. */
    @SuppressWarnings("serial") // List.copyOf gives a serializable list
    private final List<Throwable> members;

    /**
     * A group.
     *
     * @param message what was going on
     * @param members the failures, at least one
     * @throws IllegalArgumentException if there are none
     */
    @SuppressWarnings("this-escape") // adding suppressed exceptions is final
    public ErrorGroup(String message, List<? extends Throwable> members) {
        super(message);
        this.members = Groups.membersOf(members);
        this.members.forEach(this::addSuppressed);
    }

    @Override
    public List<Throwable> exceptions() {
        return members;
    }
}
