package dev.weft;

import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/** Tells of objects that nobody can reach any more, on one thread for all of them. */
final class Unreachable {
    private static volatile @Nullable Cleaner cleaner;

    private Unreachable() {}

    /** Not made in an initialiser: if the memory for it is missing today, there may be some tomorrow. */
    static Cleaner cleaner() {
        Cleaner made = cleaner;
        return made == null ? make() : made;
    }

    private static synchronized Cleaner make() {
        Cleaner made = cleaner;
        if (made == null) {
            made = Cleaner.create(
                    Thread.ofPlatform().name("weft-cleaner").daemon().factory());
            cleaner = made;
        }
        return made;
    }
}
