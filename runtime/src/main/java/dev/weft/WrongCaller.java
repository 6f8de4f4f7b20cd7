package dev.weft;

import org.jspecify.annotations.Nullable;

/** The messages for calls from where they cannot work: what was tried, why it cannot be, what to do instead. */
final class WrongCaller {
    private WrongCaller() {}

    static IllegalStateException foreignThread(EventLoop loop) {
        return new IllegalStateException("called from " + Thread.currentThread() + ", which is not running on " + loop
                + "; from other threads use EventLoop.callSoonThreadsafe or Asyncio.runCoroutineThreadsafe");
    }

    static IllegalStateException cannotWait(EventLoop loop, @Nullable Future<?> awaited) {
        EventLoop here = EventLoop.current();
        if (here == null && loop.isClosed()) {
            return new IllegalStateException("cannot wait: loop closed: " + loop);
        }
        if (here == null) {
            return loop.isRunning()
                    ? foreignThread(loop)
                    : new IllegalStateException(
                            "cannot wait outside a task: no loop runs on this thread; use Asyncio.run or EventLoop.runUntilComplete");
        }
        if (here != loop) {
            return new IllegalStateException(
                    "cannot wait for " + (awaited == null ? "this" : awaited) + ": it belongs to another loop");
        }
        return inCallback();
    }

    /** The calling task of whatever loop runs here, for calls that suspend. */
    static Task<?> currentTask(String what) {
        EventLoop loop = EventLoop.current();
        if (loop == null) {
            throw new IllegalStateException(
                    what + " must be called in a task: no loop runs on this thread; use Asyncio.run, or from"
                            + " other threads EventLoop.callSoonThreadsafe or Asyncio.runCoroutineThreadsafe");
        }
        Task<?> task = loop.currentTask();
        if (task == null) {
            throw inCallback();
        }
        return task;
    }

    private static IllegalStateException inCallback() {
        return new IllegalStateException(
                "cannot wait outside a task: this is a callback of the loop; start a task for it with createTask");
    }
}
