package dev.weft.internal.coroutine;

/** The two ways to run a fiber, and which of them this JVM allows. */
public enum Fibers {
    /** Virtual threads scheduled by the loop: needs {@code java.lang} opened to us. */
    CONFINED {
        @Override
        public Fiber create(FiberHost host, Runnable body, String name) {
            return new ConfinedFiber(host, body, name);
        }

        @Override
        public boolean inheritsNothing(Thread creator) {
            return !VirtualThreads.hasInheritableThreadLocals(creator);
        }

        @Override
        public boolean isAsNew(Thread thread) {
            return !VirtualThreads.hasThreadLocals(thread);
        }
    },
    /** Ordinary virtual threads passing a baton: public API only. */
    PORTABLE {
        @Override
        public Fiber create(FiberHost host, Runnable body, String name) {
            return new BatonFiber(host, body, name);
        }

        @Override
        public boolean inheritsNothing(Thread creator) {
            return false;
        }

        @Override
        public boolean isAsNew(Thread thread) {
            return false;
        }
    };

    /** What the user of a JVM in which {@link #CONFINED} does not work can do. */
    public static final String HOW_TO_CONFINE = VirtualThreads.HOW_TO_OPEN;

    /**
     * Makes a fiber that has not begun. Called on the thread that wants it, never on a loop's own thread: starting a thread takes
     * JVM-wide locks.
     */
    public abstract Fiber create(FiberHost host, Runnable body, String name);

    /** Whether it is certain that the threads of fibers made by this thread inherit nothing from it but the class loader. */
    public abstract boolean inheritsNothing(Thread creator);

    /** Whether it is certain that a fiber's thread has no thread-locals. */
    public abstract boolean isAsNew(Thread thread);

    /** Whether {@link #CONFINED} works here. */
    public static boolean confinedAvailable() {
        return VirtualThreads.available();
    }
}
