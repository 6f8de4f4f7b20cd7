package dev.weft.internal.coroutine;

import org.jspecify.annotations.Nullable;

/** What can stand in one list at a time, as its own link: for lists that must not allocate. Plain accesses; whoever owns the list sees to the order. */
public interface Linked {
    /** What comes next in the list that this one is in. */
    @Nullable
    Linked link();

    /** Says what comes next. */
    void setLink(@Nullable Linked link);
}
