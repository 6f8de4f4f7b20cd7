package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * One {@link TaskGroup#start}: until the task has reported, its end is the starter's business, not the group's.
 *
 * @param <T> the type of what the task reports
 */
final class TaskStart<T extends @Nullable Object> implements TaskStatus<T> {
    /** Pending, then what the task reported, or how it ended without; cancelled if the starter was cancelled before either. */
    private final Future<T> report;

    TaskStart(EventLoop loop) {
        report = loop.createFuture();
    }

    @Override
    public void started(T value) {
        if (report.cancelled()) {
            return;
        }
        if (report.done()) {
            throw new IllegalStateException("started was called before");
        }
        report.complete(value);
    }

    /** Whether the task, which is done, has never reported: the starter gets its outcome then. On the loop's own stack. */
    boolean endedEarly(Future<?> task) {
        if (report.isDone() && !report.cancelled()) {
            return false;
        }
        if (!report.isDone()) {
            Throwable failure = task.failure();
            if (failure == null) {
                failure = new IllegalStateException("the task ended before it called started: " + task);
                if (task.cancelled()) {
                    failure.initCause(task.cancelledError());
                }
            }
            task.markRetrieved();
            report.fail(failure);
        }
        return true;
    }

    /** What the task reports. A cancelled starter cancels the task and waits for it. */
    @Suspends
    T await(Task<?> task) {
        try {
            return report.await();
        } catch (CancelledError e) {
            if (report.cancelled()) {
                cancelAndWait(task);
                Throwable failure = task.failure();
                if (failure != null) {
                    task.markRetrieved();
                    failure.addSuppressed(e);
                    throw Throwables.rethrow(failure);
                }
            }
            throw e;
        }
    }

    @Suspends
    private static void cancelAndWait(Task<?> task) {
        while (!task.isDone()) {
            try {
                Waiting.cancelAndWait(task);
            } catch (CancelledError _) {
                // Once more: the task is told again, and waited for all the same. The first cancellation is thrown in
                // the end.
            }
        }
    }
}
