package dev.weft;

import java.util.List;

/** The bean of one loop. */
final class LoopBean implements EventLoopMXBean {
    private final EventLoop loop;
    private final LoopInspector inspector;

    LoopBean(EventLoop loop) {
        this.loop = loop;
        inspector = new LoopInspector(loop);
    }

    @Override
    public String getName() {
        return loop.name();
    }

    @Override
    public String getMode() {
        return loop.mode().name();
    }

    @Override
    public boolean isRunning() {
        return loop.isRunning();
    }

    @Override
    public boolean isDebug() {
        return loop.getDebug();
    }

    @Override
    public LoopMetrics getMetrics() {
        return loop.metrics();
    }

    @Override
    public List<TaskRow> tasks(int limit) {
        return inspector.tasks(limit);
    }

    @Override
    public String tree() {
        return inspector.tree();
    }

    @Override
    public List<Holding> holdings() {
        return inspector.holdings();
    }
}
