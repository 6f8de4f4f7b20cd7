package dev.weft;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is left of a {@link ThrowableGroup} while its members are dealt with, type by type: see {@link ThrowableGroup#handle}. */
public final class Unhandled {
    private final List<Throwable> failures = new ArrayList<>();
    private @Nullable ThrowableGroup rest;

    Unhandled(ThrowableGroup group) {
        rest = group;
    }

    /**
     * Deals with the leaves of a type that are left, one after the other. An action that throws does not keep the others from being
     * called; {@link #rethrow} throws that as well.
     *
     * @param type the type
     * @param action called for each leaf of the type
     * @return this
     * @param <X> the type
     * @throws IllegalArgumentException if the type is that of a group
     */
    public <X extends Throwable> Unhandled handle(Class<X> type, Consumer<? super X> action) {
        Objects.requireNonNull(action, "action");
        if (ThrowableGroup.class.isAssignableFrom(type)) {
            throw new IllegalArgumentException(
                    "handle is for the members of a group, not for groups: " + type.getName());
        }
        ThrowableGroup current = rest;
        if (current == null) {
            return this;
        }
        Split parts = current.split(e -> !(e instanceof ThrowableGroup) && type.isInstance(e));
        rest = parts.rest();
        ThrowableGroup match = parts.match();
        if (match != null) {
            for (X leaf : match.find(type)) {
                try {
                    action.accept(leaf);
                } catch (CancelledError e) {
                    throw e;
                } catch (Throwable e) {
                    failures.add(e);
                }
            }
        }
        return this;
    }

    /** {@return the members nobody has dealt with, in a group of the original shape; null if there are none} */
    public @Nullable ThrowableGroup rest() {
        return rest;
    }

    /**
     * Throws what is left: the rest in a group of the original shape; with what actions threw before it, if they did. Returns if
     * everything was dealt with.
     *
     * @throws ExceptionGroup if something is left
     * @throws ErrorGroup if an {@link Error} is left
     */
    public void rethrow() {
        ThrowableGroup current = rest;
        if (!failures.isEmpty()) {
            var all = new ArrayList<>(failures);
            if (current != null) {
                all.add(current.asThrowable());
            }
            throw Throwables.rethrow(
                    ThrowableGroup.of("failures while handling a group", all).asThrowable());
        }
        if (current != null) {
            throw Throwables.rethrow(current.asThrowable());
        }
    }
}
