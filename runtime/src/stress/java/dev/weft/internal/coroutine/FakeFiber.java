package dev.weft.internal.coroutine;

import java.util.concurrent.atomic.AtomicInteger;

/** A fiber without a stack: counts what becomes of it. */
public final class FakeFiber extends Fiber {
    private final AtomicInteger wentOnOutside = new AtomicInteger();
    private int locks;
    private volatile boolean locked;
    private int resumed;

    private FakeFiber(FiberHost host, int locks) {
        super(host, () -> {});
        this.locks = locks;
    }

    /** One that waits outside the loop. */
    public static FakeFiber elsewhere(FiberHost host) {
        var fiber = new FakeFiber(host, 0);
        fiber.elsewhere = true;
        return fiber;
    }

    /** One that comes upon a lock when it is resumed. */
    public static FakeFiber thatLocks(FiberHost host) {
        return new FakeFiber(host, 1);
    }

    public int resumed() {
        return resumed;
    }

    /** Whether it has come upon its lock. Any thread. */
    public boolean locked() {
        return locked;
    }

    public int wentOnOutside() {
        return wentOnOutside.get();
    }

    @Override
    public Thread thread() {
        return Thread.currentThread();
    }

    @Override
    public void rename(String name) {}

    @Override
    public Pause resume() {
        resumed++;
        elsewhere = locks > 0;
        if (locks > 0) {
            locks--;
            locked = true;
            return Pause.LOCK;
        }
        return Pause.SUSPENDED;
    }

    @Override
    public boolean suspend() {
        throw new UnsupportedOperationException("it has no stack");
    }

    @Override
    public void abandon() {}

    @Override
    public void goOnOutside() {
        wentOnOutside.incrementAndGet();
    }

    @Override
    public String waitsFor() {
        return "nothing";
    }
}
