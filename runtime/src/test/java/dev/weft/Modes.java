package dev.weft;

/** Which mode this run of the suite got. */
final class Modes {
    private Modes() {}

    static boolean confined() {
        try (var loop = EventLoop.create()) {
            return loop.mode() == EventLoop.Mode.CONFINED;
        }
    }
}
