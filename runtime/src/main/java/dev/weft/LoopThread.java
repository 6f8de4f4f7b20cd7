package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * Runs a loop on a thread of the kind its mode needs: a confined loop carries virtual threads, so it must be a platform thread; a
 * portable one hands over to virtual threads, which is 70 times dearer from a platform thread, so it should be virtual.
 */
final class LoopThread {
    private LoopThread() {}

    static void run(String name, EventLoop.Mode mode, Runnable loop) {
        boolean needsVirtual = mode == EventLoop.Mode.PORTABLE;
        if (Thread.currentThread().isVirtual() == needsVirtual) {
            loop.run();
        } else {
            runElsewhere("weft-" + name, needsVirtual, loop);
        }
    }

    private static void runElsewhere(String name, boolean virtual, Runnable loop) {
        var failure = new Throwable[1];
        Runnable body = () -> {
            try {
                loop.run();
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
                thread.interrupt(); // a request to stop, passed on to where it is understood
            }
        }
        @Nullable Throwable thrown = failure[0];
        if (thrown != null) {
            throw Throwables.rethrow(thrown);
        }
    }
}
