package dev.weft;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The line of tasks that wait at a primitive, in order of arrival. A place in the line goes through these states:
 *
 * <pre>
 *   waiting     join()                        in the line, counted by waiting()
 *   woken       wakeNext(), wakeHead() ...    out of the line, counted by woken() until its task goes on
 *   cancelled   its task was cancelled        in the line, not counted; skipped by wakeNext(), and gone when its task goes on
 * </pre>
 *
 * A woken task that is cancelled before it goes on gets its {@link CancelledError} all the same. Whoever waits through
 * {@link #await(Place)} therefore asks {@link Place#woken} when something is thrown, and passes on what the place had been given.
 *
 * <p>The line belongs to the first loop on which a task has to wait in it.
 */
final class Waiters {
    private final Object owner;

    /** The line that knows the loop: this one, or the one it was made beside. */
    private final Waiters bound;

    private @Nullable EventLoop loop;
    private @Nullable Place head;
    private @Nullable Place tail;
    private int waiting;
    private int woken;
    private long arrivals;

    /** A line whose owner is named, by its {@code toString()}, when a wait cannot be. */
    Waiters(Object owner) {
        this.owner = owner;
        bound = this;
    }

    private Waiters(Waiters beside) {
        owner = beside.owner;
        bound = beside.bound;
    }

    /** Another line of the same owner, bound to the same loop. */
    Waiters another() {
        return new Waiters(this);
    }

    // ---- asking

    /** How many wait and have not been woken. */
    int waiting() {
        return waiting;
    }

    /** How many have been woken and have not gone on yet. */
    int woken() {
        return woken;
    }

    /** Whether nobody waits, nor has been woken without having gone on. */
    boolean idle() {
        return (waiting | woken) == 0;
    }

    /** Refuses callers that do not run on the loop the line belongs to, while that loop runs. */
    void checkThread() {
        EventLoop owning = bound.loop;
        if (owning != null && !owning.isCurrent() && owning.isRunning()) {
            throw EventLoop.current() == null ? WrongCaller.foreignThread(owning) : belongsElsewhere(owning);
        }
    }

    // ---- waiting

    /** Waits until woken. For owners that hand nothing over. */
    @Suspends
    void await() {
        await(join());
    }

    /** Waits until woken; the place is gone afterwards, whatever happens. */
    @Suspends
    void await(Place place) {
        try {
            place.await();
        } finally {
            leave(place);
        }
    }

    /** A place at the end. To be waited in at once: between the two nothing may throw. */
    Place join() {
        var place = new Place(callersLoop(), this, arrivals++);
        insertAfter(tail, place);
        return place;
    }

    /** A place where the one given was, which has been woken in vain: before all who came later. */
    Place joinAgain(Place before) {
        var place = new Place(before.getLoop(), this, before.arrival);
        Place other = head;
        while (other != null && other.arrival < place.arrival) {
            other = other.next;
        }
        insertAfter(other == null ? tail : other.previous, place);
        return place;
    }

    // ---- waking

    /**
     * Wakes the first one that waits.
     *
     * @return whether there was one
     */
    boolean wakeNext() {
        for (Place place = head; place != null; place = head) {
            unlink(place);
            if (!place.done()) {
                wake(place);
                return true;
            }
        }
        return false;
    }

    /** Wakes the one at the head of the line, but not if that was cancelled: it will see to the next one when it goes on. */
    void wakeHead() {
        Place place = head;
        if (place != null && !place.done()) {
            unlink(place);
            wake(place);
        }
    }

    /** Wakes all that wait. */
    void wakeAll() {
        while (wakeNext()) {}
    }

    // ---- timing

    /**
     * Runs a wait under a deadline.
     *
     * @throws TimeoutException if the deadline passed; at once, without a call of the body, if it had before
     */
    @Suspends
    static <T extends @Nullable Object, X extends Exception> T within(@Nullable Duration limit, Body<T, X> body)
            throws X, TimeoutException {
        if (limit != null && !limit.isPositive()) {
            var expired = new TimeoutException();
            expired.initCause(new CancelledError());
            throw expired;
        }
        return Timeout.call(limit, scope -> body.call());
    }

    /** As above, without a value. */
    @Suspends
    static void within(@Nullable Duration limit, VoidBody<RuntimeException> body) throws TimeoutException {
        Waiters.<@Nullable Void, RuntimeException>within(limit, () -> {
            body.run();
            return null;
        });
    }

    private EventLoop callersLoop() {
        EventLoop owning = bound.loop;
        if (owning != null && owning.isCurrent()) {
            return owning;
        }
        EventLoop here = WrongCaller.currentTask("waiting").getLoop();
        if (owning != null) {
            throw belongsElsewhere(owning);
        }
        bound.loop = here;
        return here;
    }

    private IllegalStateException belongsElsewhere(EventLoop owning) {
        return new IllegalStateException(owner + " belongs to another loop: tasks have waited at it on " + owning);
    }

    private void wake(Place place) {
        waiting--;
        woken++;
        place.complete(null);
    }

    private void leave(Place place) {
        if (place.inLine) {
            unlink(place);
            if (!place.done()) {
                waiting--; // it could not suspend
            }
        } else if (place.woken()) {
            woken--;
        }
    }

    private void insertAfter(@Nullable Place previous, Place place) {
        Place next = previous == null ? head : previous.next;
        place.previous = previous;
        place.next = next;
        place.inLine = true;
        if (previous == null) {
            head = place;
        } else {
            previous.next = place;
        }
        if (next == null) {
            tail = place;
        } else {
            next.previous = place;
        }
        waiting++;
    }

    private void unlink(Place place) {
        Place previous = place.previous;
        Place next = place.next;
        if (previous == null) {
            head = next;
        } else {
            previous.next = next;
        }
        if (next == null) {
            tail = previous;
        } else {
            next.previous = previous;
        }
        place.previous = null;
        place.next = null;
        place.inLine = false;
    }

    /** One task's place: done when it is woken, cancelled with its task. */
    static final class Place extends Future<@Nullable Void> {
        private final Waiters line;
        private final long arrival;
        private @Nullable Place previous;
        private @Nullable Place next;
        private boolean inLine;

        private Place(EventLoop loop, Waiters line, long arrival) {
            super(loop);
            this.line = line;
            this.arrival = arrival;
        }

        /** Whether it was woken, be it that the task went on or that it was cancelled before it could. */
        boolean woken() {
            return done() && !cancelled();
        }

        @Override
        public boolean cancel(@Nullable String message) {
            boolean pending = super.cancel(message);
            if (pending) {
                line.waiting--;
            }
            return pending;
        }

        @Override
        public String toString() {
            return "Future[" + describeState() + ", in line at " + Objects.toString(line.owner) + "]";
        }
    }
}
