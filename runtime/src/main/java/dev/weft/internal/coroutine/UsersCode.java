package dev.weft.internal.coroutine;

import java.util.Set;

/**
 * Whether a thread waits in code of users, so that the loop may go on without it. Not so if our own code has called what waits: it may be half
 * way through a change of what the loop reads. Nor if it would return to code of ours that does not ask first whether it is its turn.
 */
public final class UsersCode {
    /** Our methods that call users' code, and have the thread {@linkplain Fiber#fallIn fall in} when that returns or throws. */
    private static final Set<String> ASK_AFTERWARDS = Set.of(
            "dev.weft.Task$Run.run",
            "dev.weft.EventLoop.timeIfDebug",
            "dev.weft.Context.run",
            "dev.weft.Timeout.run",
            "dev.weft.TaskGroup.runBody",
            "dev.weft.Asyncio.shielded",
            "dev.weft.Lock.run",
            "dev.weft.Semaphore.run",
            "dev.weft.CapacityLimiter.run");

    /** Lambdas of these do nothing but call what they were given. */
    private static final Set<String> PASS_ON =
            Set.of("dev.weft.Asyncio", "dev.weft.Context", "dev.weft.Runner", "dev.weft.TaskGroup");

    private UsersCode() {}

    /** {@return the methods, as {@code Class.method}} */
    public static Set<String> askAfterwards() {
        return ASK_AFTERWARDS;
    }

    static boolean waits(Thread thread) {
        if (!waits(thread.getState())) {
            return false;
        }
        StackTraceElement[] stack = thread.getStackTrace();
        return isUsers(stack) && waits(thread.getState());
    }

    /** Whether what is innermost was called by code of users, which was called by one of those methods. */
    static boolean isUsers(StackTraceElement[] innermostFirst) {
        for (StackTraceElement frame : innermostFirst) {
            String type = frame.getClassName();
            if (isOurs(type) && !passesOn(type, frame.getMethodName())) {
                return ASK_AFTERWARDS.contains(type + "." + frame.getMethodName());
            }
        }
        return false;
    }

    /** The modules above are users of this one. */
    private static boolean isOurs(String type) {
        return type.startsWith("dev.weft.internal.")
                || (type.startsWith("dev.weft.") && Character.isUpperCase(type.charAt("dev.weft.".length())));
    }

    /** What stands between one of those methods and code of users, and does nothing afterwards. */
    private static boolean passesOn(String type, String method) {
        return type.equals("dev.weft.ActionCoroutine") || (PASS_ON.contains(type) && method.startsWith("lambda$"));
    }

    /** Without an end of its own, that is. */
    private static boolean waits(Thread.State state) {
        return state == Thread.State.WAITING || state == Thread.State.BLOCKED;
    }
}
