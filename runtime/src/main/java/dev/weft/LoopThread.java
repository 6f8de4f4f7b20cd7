package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * Runs a loop on a thread of the kind its mode needs: a confined loop carries virtual threads, so it must be a platform thread; a
 * portable one hands over to virtual threads, which is 70 times dearer from a platform thread, so it should be virtual.
 */
final class LoopThread {
    private LoopThread() {}

    /**
     * Runs.
     *
     * @param interrupt passes on, from any thread, an interrupt of the caller while it waits for another thread to run the loop
     */
    static void run(EventLoop loop, Runnable running, Runnable interrupt) {
        boolean needsVirtual = loop.mode() == EventLoop.Mode.PORTABLE;
        if (Thread.currentThread().isVirtual() == needsVirtual) {
            running.run();
        } else {
            runElsewhere("weft-" + loop.name(), needsVirtual, running, interrupt);
        }
    }

    private static void runElsewhere(String name, boolean virtual, Runnable running, Runnable interrupt) {
        var failure = new Throwable[1];
        Runnable body = () -> {
            try {
                running.run();
            } catch (Throwable e) {
                failure[0] = e;
            }
        };
        Thread thread = virtual
                ? Thread.ofVirtual().name(name).start(body)
                : Thread.ofPlatform().name(name).start(body);
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                // A request to stop. Interrupting the loop's thread would not do: mounting a virtual thread clears
                // that.
                interrupt.run();
            }
        }
        @Nullable Throwable thrown = failure[0];
        if (thrown != null) {
            throw Throwables.rethrow(thrown);
        }
    }
}
