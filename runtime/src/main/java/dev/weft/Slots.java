package dev.weft;

/** The room that is left in a channel: each slot is free, or holds an item, or is kept for a sender that has been woken for it. */
class Slots {
    private int free;

    Slots(int capacity) {
        free = capacity;
    }

    /** Takes a slot, if one is free. */
    boolean take() {
        if (free == 0) {
            return false;
        }
        free--;
        return true;
    }

    /** Gives one back. */
    void give() {
        free++;
    }

    /** Lets threads that wait for one ask again whether they should. */
    void wakeAll() {}
}
