package dev.weft;

import java.util.List;

/**
 * The bean {@code dev.weft:type=EventLoops}. A management tool that is in a hurry, or talks to a program with {@code weft.jmx=false}, creates
 * it itself, from outside: {@code connection.createMBean("dev.weft.EventLoops", new ObjectName("dev.weft:type=EventLoops"))}. So a program
 * pays for being looked at only when somebody does.
 */
public final class EventLoops implements EventLoopsMXBean {
    /** For management tools. */
    public EventLoops() {}

    @Override
    public List<String> loops() {
        return LoopBeans.refresh();
    }

    @Override
    public List<EventLoopMXBean.Holding> holdings() {
        return LoopInspector.ofJvm();
    }
}
