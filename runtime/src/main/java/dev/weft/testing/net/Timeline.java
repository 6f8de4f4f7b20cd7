package dev.weft.testing.net;

/** The time in which a network lives. */
public interface Timeline {
    /** {@return the time now, in nanoseconds} */
    long now();

    /**
     * Has something happen later: never at once, not even if it is due.
     *
     * @param when the time, in nanoseconds
     * @param event what happens; must not wait or throw
     * @return takes it back
     */
    Alarm at(long when, Runnable event);

    /** Something that is going to happen. */
    interface Alarm {
        /** Has it not happen. Without effect afterwards. */
        void cancel();
    }
}
