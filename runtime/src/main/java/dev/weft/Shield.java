package dev.weft;

import org.jspecify.annotations.Nullable;

/** {@link Asyncio#shield}: an outer future that can be cancelled without the inner one. */
final class Shield {
    private Shield() {}

    static <T extends @Nullable Object> Future<T> around(Future<T> inner) {
        if (inner.done()) {
            return inner;
        }
        EventLoop loop = inner.getLoop();
        Future<T> outer = new Outer<>(loop);
        var reporting = new Reporting(inner);
        Future.Listener copy = done -> {
            inner.discardAwaitedBy(outer);
            if (!outer.isDone()) {
                outer.completeAs(inner);
            }
        };
        inner.addListener(copy);
        inner.addAwaitedBy(outer);
        outer.addListener(done -> {
            if (!inner.isDone()) {
                // Cancelled: nobody waits for the inner one here any more, so its failure must be told to somebody.
                inner.removeListener(copy);
                inner.discardAwaitedBy(outer);
                reporting.attach();
            }
        });
        return outer;
    }

    private static final class Outer<T extends @Nullable Object> extends Future<T> {
        Outer(EventLoop loop) {
            super(loop);
        }

        @Override
        boolean isRelay() {
            return true;
        }
    }

    /** Tells the handler, once however many shields there were, when a shielded future fails with nobody left to see it. */
    private static final class Reporting implements Future.Listener {
        private final Future<?> inner;

        Reporting(Future<?> inner) {
            this.inner = inner;
        }

        void attach() {
            inner.removeListener(this); // equal ones count as one
            inner.addListener(this);
        }

        @Override
        public void done(Future<?> future) {
            Throwable failure = future.failure();
            if (failure == null) {
                return;
            }
            future.markRetrieved();
            EventLoop loop = future.getLoop();
            loop.core()
                    .addReady(new CallbackHandle(
                            loop,
                            () -> loop.callExceptionHandler(ExceptionContext.of(
                                            "shielded future failed: " + Describe.exception(failure))
                                    .with("exception", failure)
                                    .with("future", future)
                                    .with("task", future instanceof Task<?> task ? task : null)),
                            new Context()));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Reporting reporting && reporting.inner == inner;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(inner);
        }
    }
}
