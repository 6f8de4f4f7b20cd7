package dev.weft;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where {@link EventLoop#create} gets its loops from, when a program is run under test. */
final class LoopFactories {
    private static final ThreadLocal<@Nullable Supplier<? extends EventLoop>> HERE = new ThreadLocal<>();

    /** How many threads have one: the thread-local, which costs a task a map, is asked only if there is any. */
    private static final AtomicInteger USES = new AtomicInteger();

    private LoopFactories() {}

    /** The calling thread's, {@code null} if it has none. */
    static @Nullable Supplier<? extends EventLoop> here() {
        return USES.get() == 0 ? null : HERE.get();
    }

    static void use(Supplier<? extends EventLoop> loops, Action program) throws Exception {
        Supplier<? extends EventLoop> before = HERE.get();
        HERE.set(loops);
        USES.incrementAndGet();
        try {
            program.run();
        } finally {
            USES.decrementAndGet();
            HERE.set(before);
        }
    }
}
