package dev.weft.internal.coroutine;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's own virtual threads with a scheduler of ours: what {@code java.lang} does not offer publicly and gives away only when
 * it is opened ({@code --add-opens java.base/java.lang=...}, or {@code Add-Opens} in a jar's manifest). Looked for once; nothing
 * here is called unless {@link #available} says yes.
 */
final class VirtualThreads {
    static final String HOW_TO_OPEN =
            "start java with --add-opens java.base/java.lang=ALL-UNNAMED (on the module path: =dev.weft), or run an"
                    + " executable jar whose manifest says Add-Opens: java.base/java.lang";

    private static final @Nullable Door DOOR = open();

    private VirtualThreads() {}

    static boolean available() {
        return DOOR != null;
    }

    static Thread unstarted(Executor scheduler, String name, Runnable body) {
        try {
            // 0: inherit the creator's inheritable thread-locals and class loader, as any new thread does
            return (Thread) door().newThread.invokeExact(scheduler, name, 0, body);
        } catch (Throwable e) {
            throw new IllegalStateException("the JDK refused to create a virtual thread", e);
        }
    }

    /** Whether the thread, which is not mounted, stopped to enter a monitor; also true when it may enter by now. */
    static boolean atMonitor(Thread thread) {
        Door door = door();
        int state = (int) door.state.getVolatile(thread);
        return state >= door.firstBlockedState && state <= door.lastBlockedState;
    }

    static boolean hasThreadLocals(Thread thread) {
        Door door = door();
        return door.threadLocals.get(thread) != null || door.inheritableThreadLocals.get(thread) != null;
    }

    static boolean hasInheritableThreadLocals(Thread thread) {
        return door().inheritableThreadLocals.get(thread) != null;
    }

    /** As {@link Thread#setName}, for a thread that is not named by two others at once: without its lock. */
    static void rename(Thread thread, String name) {
        door().name.setVolatile(thread, name);
    }

    static Executor defaultScheduler() {
        return door().defaultScheduler;
    }

    static void runElsewhere(Runnable continuation) {
        door().defaultScheduler.execute(continuation);
    }

    /**
     * Declares a thread that is not mounted, and will never run again, terminated: that takes it out of the JVM-wide set which would
     * keep it, and its stack, reachable for ever.
     */
    static void forget(Thread thread) {
        try {
            door().forget.invokeExact(thread);
        } catch (Throwable e) {
            throw new IllegalStateException("the JDK refused to give up " + thread, e);
        }
    }

    @SuppressWarnings("NullAway") // see the class comment
    private static Door door() {
        return DOOR;
    }

    private static @Nullable Door open() {
        try {
            Class<?> type = Class.forName("java.lang.VirtualThread");
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            MethodHandle newThread = lookup.findStatic(
                    Class.forName("java.lang.ThreadBuilders"),
                    "newVirtualThread",
                    MethodType.methodType(Thread.class, Executor.class, String.class, int.class, Runnable.class));
            VarHandle state = lookup.findVarHandle(type, "state", int.class);
            int blocking = (int)
                    lookup.findStaticVarHandle(type, "BLOCKING", int.class).get();
            int unblocked = (int)
                    lookup.findStaticVarHandle(type, "UNBLOCKED", int.class).get();
            Executor scheduler =
                    (Executor) lookup.findStatic(type, "defaultScheduler", MethodType.methodType(Executor.class))
                            .invoke();
            MethodHandle forget = MethodHandles.insertArguments(
                            lookup.findVirtual(type, "afterDone", MethodType.methodType(void.class, boolean.class)),
                            1,
                            true)
                    .asType(MethodType.methodType(void.class, Thread.class));
            return new Door(
                    newThread,
                    state,
                    blocking,
                    unblocked,
                    scheduler,
                    forget,
                    threadLocals("threadLocals"),
                    threadLocals("inheritableThreadLocals"),
                    MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup())
                            .findVarHandle(Thread.class, "name", String.class));
        } catch (Throwable e) {
            return null; // not opened, or another JDK: the portable way needs none of this
        }
    }

    private static VarHandle threadLocals(String field) throws ReflectiveOperationException {
        return MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup())
                .findVarHandle(Thread.class, field, Class.forName("java.lang.ThreadLocal$ThreadLocalMap"));
    }

    private record Door(
            MethodHandle newThread,
            VarHandle state,
            int firstBlockedState,
            int lastBlockedState,
            Executor defaultScheduler,
            MethodHandle forget,
            VarHandle threadLocals,
            VarHandle inheritableThreadLocals,
            VarHandle name) {}
}
