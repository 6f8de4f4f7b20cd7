package dev.weft;

import java.lang.ref.Cleaner;

/** Tells of objects that nobody can reach any more, on one thread for all of them. */
final class Unreachable {
    static final Cleaner CLEANER =
            Cleaner.create(Thread.ofPlatform().name("weft-cleaner").daemon().factory());

    private Unreachable() {}
}
