package dev.weft;

import dev.weft.internal.loop.LoopCore;
import org.jspecify.annotations.Nullable;

/** The loops that run in this JVM, and which of them the calling thread belongs to. */
final class RunningLoops {
    private static final Object LOCK = new Object();
    private static volatile EventLoop[] loops = {};

    private RunningLoops() {}

    /** One compare per running loop: cheaper than a thread-local, which would cost every task a map. */
    static @Nullable EventLoop current() {
        for (EventLoop loop : loops) {
            if (loop.isCurrent()) {
                return loop;
            }
        }
        if (LoopCore.anyOvertaken()) {
            for (EventLoop loop : loops) {
                if (loop.core().fallIn()) {
                    return loop;
                }
            }
        }
        return null;
    }

    /** For a thread of ours that comes from code of users: if its loop has gone on without it, it waits for its turn. */
    static void fallIn() {
        if (LoopCore.anyOvertaken()) {
            current();
        }
    }

    static EventLoop[] all() {
        return loops.clone();
    }

    static boolean any() {
        return loops.length > 0;
    }

    static void add(EventLoop loop) {
        synchronized (LOCK) {
            EventLoop[] more = java.util.Arrays.copyOf(loops, loops.length + 1);
            more[more.length - 1] = loop;
            loops = more;
        }
        Watchdog.wake();
    }

    static void remove(EventLoop loop) {
        synchronized (LOCK) {
            loops = java.util.Arrays.stream(loops)
                    .filter(other -> other != loop)
                    .toArray(EventLoop[]::new);
        }
    }
}
