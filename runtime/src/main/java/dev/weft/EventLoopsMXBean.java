package dev.weft;

import java.util.List;

/** What management tools see of all loops of a JVM: the bean {@code dev.weft:type=EventLoops}. */
public interface EventLoopsMXBean {
    /**
     * The beans of the loops that run now, registered now if they were not before.
     *
     * @return their names
     */
    List<String> loops();

    /**
     * What keeps the JVM alive besides its loops: threads that are no daemons, and child processes.
     *
     * @return what there is
     */
    List<EventLoopMXBean.Holding> holdings();
}
