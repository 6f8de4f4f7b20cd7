package dev.weft;

import java.util.ArrayList;
import java.util.List;

/** Something that the tasks of a {@link Soak} share, with a model of it that is right whatever the schedule. */
abstract class SoakResource {
    final Soak soak;
    final String name;

    /** Those who wait, in order of arrival. */
    private final List<Soak.Actor> line = new ArrayList<>();

    SoakResource(Soak soak, String name) {
        this.soak = soak;
        this.name = name;
    }

    /** Uses it in one of the ways there are. */
    abstract void use(Soak.Actor self) throws Exception;

    /** Time is about to move: nobody may wait for what is there. */
    abstract void checkStill();

    /** All tasks have ended: nothing may be left or lost. */
    abstract void checkEnd();

    /** Gives those who wait what nobody else may be going to give. From a callback, now and then. */
    void help() {}

    final void require(boolean holds, String invariant, String what) {
        if (!holds) {
            soak.violated(invariant, name + ": " + what + "; " + this);
        }
    }

    /** Waits for a turn that is given in order of arrival. */
    final <X extends Exception> void inLine(Soak.Actor self, VoidBody<X> wait) throws X {
        line.add(self);
        try {
            wait.run();
            if (soak.order() == Soak.Order.FIFO) {
                for (Soak.Actor before : line.subList(0, line.indexOf(self))) {
                    require(before.task().cancelling() > 0, "I4", self + " overtakes " + before);
                }
            }
        } finally {
            line.remove(self);
        }
    }
}
