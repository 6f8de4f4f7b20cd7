package dev.weft;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Several failures that happened together and are thrown together: an {@link ExceptionGroup}, or an {@link ErrorGroup} if an
 * {@link Error} is among them. Members may be groups themselves; a leaf is a member, at any depth, that is no group. Mirrors
 * {@code BaseExceptionGroup}.
 */
public sealed interface ThrowableGroup permits ExceptionGroup, ErrorGroup {
    /**
     * The right kind of group: an {@link ErrorGroup} if one of the members is an {@link Error}, else an {@link ExceptionGroup}.
     *
     * @param message what was going on
     * @param members the failures, at least one
     * @return the group
     * @throws IllegalArgumentException if there are no members
     */
    static ThrowableGroup of(String message, List<? extends Throwable> members) {
        return members.stream().anyMatch(Error.class::isInstance)
                ? new ErrorGroup(message, members)
                : new ExceptionGroup(message, members);
    }

    /** {@return what was going on} */
    @Nullable
    String getMessage();

    /** {@return the members, in their order, groups among them as they are} */
    List<Throwable> exceptions();

    /**
     * The part of the tree that matches: a group of the same shape, with the leaves, and the whole groups, for which the condition
     * holds.
     *
     * @param condition asked about this group first, then about what is inside the groups it does not hold for
     * @return the part, this very group if all of it matches, null if nothing does
     */
    default @Nullable ThrowableGroup subgroup(Predicate<? super Throwable> condition) {
        return split(condition).match();
    }

    /**
     * The tree in two parts of the same shape: what matches and what does not.
     *
     * @param condition as for {@link #subgroup}
     * @return the parts, each null if it would be empty
     */
    default Split split(Predicate<? super Throwable> condition) {
        return Groups.split(this, Objects.requireNonNull(condition, "condition"));
    }

    /**
     * The leaves of a type, at any depth, from left to right.
     *
     * @param type the type
     * @return the leaves
     * @param <X> the type
     */
    default <X> List<X> find(Class<X> type) {
        return Groups.find(this, Objects.requireNonNull(type, "type"));
    }

    /**
     * A group with the same message and other members: what {@link #split} and {@link #subgroup} make their parts with. Override it to
     * keep what a class of your own adds.
     *
     * @param members the members, at least one
     * @return the new group
     */
    default ThrowableGroup derive(List<? extends Throwable> members) {
        String message = getMessage();
        return of(message == null ? "" : message, members);
    }

    /**
     * Deals with the leaves of a type, one after the other. Mirrors {@code except*}:
     *
     * {@snippet :
     * catch (ExceptionGroup group) {
     *     group.handle(IOException.class, e -> log(e))
     *             .handle(TimeoutException.class, e -> retry())
     *             .rethrow(); // whatever else was in the group, in a group of the same shape
     * }
     * }
     *
     * @param type the type
     * @param action called for each leaf of the type
     * @return what is left; call {@link Unhandled#rethrow} on it at the end
     * @param <X> the type
     * @throws IllegalArgumentException if the type is that of a group
     */
    default <X extends Throwable> Unhandled handle(Class<X> type, Consumer<? super X> action) {
        return new Unhandled(this).handle(type, action);
    }

    /** {@return this group, to be thrown} */
    default Throwable asThrowable() {
        return (Throwable) this;
    }
}
