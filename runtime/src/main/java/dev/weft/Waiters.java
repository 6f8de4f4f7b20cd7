package dev.weft;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
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
        this(owner, null);
    }

    /** A line that belongs to a loop from the start. */
    Waiters(Object owner, @Nullable EventLoop loop) {
        this.owner = owner;
        this.loop = loop;
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
        if (owning != null && owning.isCurrent()) {
            return;
        }
        RunningLoops.fallIn();
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
        return join(new Place(this));
    }

    /** Puts a new place at the end. */
    <P extends Place> P join(P place) {
        insertAfter(tail, place, arrivals++);
        return place;
    }

    /** A place where the one given was, which has been woken in vain: before all who came later. */
    Place joinAgain(Place before) {
        return joinAgain(new Place(this), before);
    }

    /** Puts a new place where the one given was. */
    <P extends Place> P joinAgain(P place, Place before) {
        Place other = head;
        while (other != null && other.arrival < before.arrival) {
            other = other.next;
        }
        insertAfter(other == null ? tail : other.previous, place, before.arrival);
        return place;
    }

    /** Ends a place: for those who wait elsewhere than in {@link #await(Place)}. */
    void leave(Place place) {
        if (place.inLine) {
            unlink(place);
            if (!place.isDone()) {
                waiting--;
            }
        } else if (place.woken() && !place.left) {
            woken--;
        }
        place.left = true;
    }

    // ---- waking

    /** The first one that waits; those before it, which were cancelled, leave the line. */
    @Nullable
    Place first() {
        Place place = head;
        while (place != null && place.isDone()) {
            unlink(place);
            place = head;
        }
        return place;
    }

    /** Wakes one that waits. */
    void wake(Place place) {
        unlink(place);
        waiting--;
        woken++;
        place.wakeUp();
    }

    /**
     * Wakes the first one that waits.
     *
     * @return whether there was one
     */
    boolean wakeNext() {
        Place place = first();
        if (place == null) {
            return false;
        }
        wake(place);
        return true;
    }

    /** Wakes the one at the head of the line, but not if that was cancelled: it will see to the next one when it goes on. */
    void wakeHead() {
        Place place = head;
        if (place != null && !place.isDone()) {
            wake(place);
        }
    }

    /** Wakes all that wait and fulfil a condition. */
    void wakeIf(Predicate<? super Place> condition) {
        Place place = head;
        while (place != null) {
            Place next = place.next;
            if (!place.isDone() && condition.test(place)) {
                wake(place);
            }
            place = next;
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

    /** The owner's own words, unless it is of a user's class: no user's code for a description. */
    private String describeOwner() {
        return owner.getClass().getPackage() == Waiters.class.getPackage()
                ? owner.toString()
                : "a " + owner.getClass().getSimpleName();
    }

    private IllegalStateException belongsElsewhere(EventLoop owning) {
        return new IllegalStateException(
                describeOwner() + " belongs to another loop: tasks have waited at it on " + owning);
    }

    private void insertAfter(@Nullable Place previous, Place place, long arrival) {
        place.arrival = arrival;
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
    static class Place extends Future<@Nullable Void> {
        private final Waiters line;
        private long arrival;
        private @Nullable Place previous;
        private @Nullable Place next;
        private boolean inLine;
        private boolean left;

        /** A place for the calling task, to be put into this line. */
        Place(Waiters line) {
            super(line.callersLoop());
            this.line = line;
        }

        /** Whether it was woken, be it that the task went on or that it was cancelled before it could. */
        final boolean woken() {
            return isDone() && !cancelled();
        }

        /** Lets the task go on. */
        void wakeUp() {
            complete(null);
        }

        @Override
        public final boolean cancel(@Nullable String message) {
            boolean pending = super.cancel(message);
            if (pending) {
                line.waiting--;
            }
            return pending;
        }

        @Override
        final @Nullable Thread holder() {
            return line.owner instanceof Lock lock ? lock.holder() : null;
        }

        @Override
        final boolean describesItself() {
            return true;
        }

        @Override
        final String describeBriefly() {
            return line.describeOwner();
        }

        @Override
        public final String toString() {
            return "Future[" + describeState() + ", in line at " + line.describeOwner() + "]";
        }
    }
}
