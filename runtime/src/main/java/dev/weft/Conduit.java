package dev.weft;

import dev.weft.internal.loop.Fifo;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What the ends of one channel share: the items, and the two lines of those who wait.
 *
 * <p>A task that is woken has been promised something, which it takes when it goes on, and which {@link #balance} gives to the next in
 * line if it does not: a receiver an item, any one, by number; a sender a slot, which is kept for it. So who is cancelled on the way
 * has received nothing, or sent nothing. The one exception is the sender at a rendezvous: its item is taken out of its hands by
 * the receiver, and from then on it has sent, whatever happens to it before it goes on.
 *
 * <pre>
 *   items    = those in the buffer, and at a rendezvous those of the waiting senders
 *   promised = items that receivers have been woken for
 *   nobody waits for an item while items > promised; nobody waits for a slot while one is free
 * </pre>
 */
final class Conduit<T> {
    /** One of the ends: open until it is closed, once. Ends may be closed by other threads. */
    static final class End {
        private final AtomicBoolean closed = new AtomicBoolean();

        boolean isClosed() {
            return closed.get();
        }

        /** Returns whether it was open. */
        boolean close() {
            return !closed.getAndSet(true);
        }

        void ensureOpen() {
            if (isClosed()) {
                throw new ClosedResourceException("this end of the channel is closed");
            }
        }
    }

    private final int capacity;
    private final Slots slots;
    private final Overflow overflow;
    private final Fifo<T> buffer = new Fifo<>();
    private final Waiters senders;
    private final Waiters receivers;
    private int openSenders = 1;
    private int openReceivers = 1;

    /** All senders are closed. */
    private boolean ending;

    /** All receivers are closed. Other threads ask. */
    private volatile boolean broken;

    private @Nullable Throwable cause;

    @SuppressWarnings("this-escape") // only named in messages
    Conduit(int capacity, Slots slots, Overflow overflow, @Nullable EventLoop loop) {
        this.capacity = capacity;
        this.slots = slots;
        this.overflow = overflow;
        receivers = new Waiters(this, loop);
        senders = receivers.another();
    }

    // ---- sending

    /** Sends without waiting, if that is possible. At a rendezvous it is when somebody waits. */
    boolean trySend(End end, T item) {
        if (accept(end, item)) {
            return true;
        }
        if (isRendezvous() && senders.waiting() == 0 && receivers.waiting() > 0) {
            buffer.addLast(item); // for the one who is woken; nobody can be made to wait for that here
            balance();
            return true;
        }
        return false;
    }

    @Suspends
    void send(End end, T item) {
        if (accept(end, item) || dropsLatest()) {
            return;
        }
        var offer = new Offer<>(this, end, item);
        enlist(offer);
        try {
            senders.await(offer);
        } catch (CancelledError e) {
            if (!offer.taken()) {
                withdraw(offer);
                throw e;
            }
            WrongCaller.currentTask("send").postpone(e);
        } catch (Throwable e) {
            withdraw(offer);
            throw e;
        }
        complete(offer);
    }

    /** Puts the item into a free slot that nobody waits for, or makes one free if this channel drops items. */
    private boolean accept(End end, T item) {
        receivers.checkThread();
        ensureUsable(end);
        if (senders.waiting() > 0 || !slots.take()) {
            if (overflow != Overflow.DROP_OLDEST) {
                return false;
            }
            buffer.removeFirst();
        }
        buffer.addLast(item);
        balance();
        return true;
    }

    /** Puts a sender in line. */
    void enlist(Offer<T> offer) {
        senders.join(offer);
        balance(); // at a rendezvous somebody may be waiting for the item
    }

    /** What a woken sender does with what it was given. */
    void complete(Offer<T> offer) {
        senders.leave(offer);
        if (offer.taken()) {
            return;
        }
        try {
            ensureUsable(offer.end);
        } catch (Throwable e) {
            withdraw(offer);
            throw e;
        }
        offer.granted = false;
        buffer.addLast(offer.item);
        balance();
    }

    /** Takes a sender out of the line, and a slot that is kept for it back. */
    void withdraw(Offer<T> offer) {
        senders.leave(offer);
        if (offer.granted && !isRendezvous()) {
            offer.granted = false;
            slots.give();
            balance();
        }
    }

    /** Items from other threads, which hold slots of their own. */
    void deliver(T item) {
        if (!broken && !ending) {
            buffer.addLast(item);
            balance();
        }
    }

    private void ensureUsable(End end) {
        end.ensureOpen();
        if (broken) {
            throw new BrokenResourceException("all receivers of the channel are closed");
        }
    }

    // ---- receiving

    @Suspends
    T receive(End end) {
        T item = tryReceive(end);
        if (item != null) {
            return item;
        }
        Claim claim = receivers.join(new Claim(this, end));
        while (true) {
            try {
                receivers.await(claim);
            } catch (Throwable e) {
                balance(); // somebody else's item, then
                throw e;
            }
            item = takePromised(claim);
            if (item != null) {
                return item;
            }
            claim = receivers.joinAgain(new Claim(this, end), claim);
        }
    }

    /** An item that is promised to nobody; null if there is none yet. */
    @Nullable
    T tryReceive(End end) {
        receivers.checkThread();
        end.ensureOpen();
        if (items() > receivers.woken()) {
            return take();
        }
        ensureNotEnded();
        return null;
    }

    /** Puts a receiver in line; where it was, if it was woken in vain. */
    void enlist(Claim claim, @Nullable Claim before) {
        if (before == null) {
            receivers.join(claim);
        } else {
            receivers.joinAgain(claim, before);
        }
    }

    /** What a woken receiver gets; null if the sender whose item it was has withdrawn it. It has left the line then. */
    @Nullable
    T takePromised(Claim claim) {
        receivers.leave(claim);
        if (claim.end.isClosed()) {
            balance();
            claim.end.ensureOpen();
        }
        if (items() > 0) { // those woken go on in the order of the line: no need to look at other promises
            return take();
        }
        ensureNotEnded();
        return null;
    }

    /** Takes a receiver out of the line; the item promised to it goes to the next. */
    void withdraw(Claim claim) {
        receivers.leave(claim);
        balance();
    }

    private T take() {
        T item = buffer.pollFirst();
        if (item == null) {
            item = takeFromSender();
        } else if (!isRendezvous()) {
            slots.give();
        }
        balance();
        return item;
    }

    private T takeFromSender() {
        return grant().item;
    }

    /** Wakes the first sender that waits: its item has been taken, or it has a slot. */
    @SuppressWarnings({"unchecked", "NullAway"}) // there is one, with a T
    private Offer<T> grant() {
        var offer = (Offer<T>) senders.first();
        offer.granted = true;
        senders.wake(offer);
        return offer;
    }

    private void ensureNotEnded() {
        if (!ending || items() > 0) {
            return;
        }
        Throwable failure = cause;
        if (failure != null) {
            throw Throwables.rethrow(failure);
        }
        throw new EndOfChannelException("all senders of the channel are closed, and its items received");
    }

    // ---- ends

    void senderCloned(End end) {
        receivers.checkThread();
        end.ensureOpen();
        openSenders++;
    }

    void receiverCloned(End end) {
        receivers.checkThread();
        end.ensureOpen();
        openReceivers++;
    }

    void senderClosed(End end, @Nullable Throwable why) {
        openSenders--;
        senderClosed(end, openSenders == 0, why);
    }

    /** For senders that are counted elsewhere. */
    void senderClosed(End end, boolean last, @Nullable Throwable why) {
        if (cause == null) {
            cause = why;
        }
        ending |= last;
        senders.wakeIf(place -> ((Offer<?>) place).end == end);
        balance();
    }

    void receiverClosed(End end) {
        openReceivers--;
        receivers.wakeIf(place -> ((Claim) place).end == end);
        if (openReceivers == 0) {
            broken = true;
            buffer.clear();
            senders.wakeAll();
            slots.wakeAll();
        }
    }

    boolean isBroken() {
        return broken;
    }

    // ---- the rest

    void checkThread() {
        receivers.checkThread();
    }

    boolean dropsLatest() {
        return overflow == Overflow.DROP_LATEST;
    }

    boolean isRendezvous() {
        return capacity == 0;
    }

    int buffered() {
        return buffer.size();
    }

    int waitingSenders() {
        return senders.waiting();
    }

    int waitingReceivers() {
        return receivers.waiting();
    }

    @Override
    public String toString() {
        return "Channel[" + buffer.size() + (capacity == Integer.MAX_VALUE ? "" : " of " + capacity) + " items"
                + (senders.waiting() == 0 ? "" : ", " + senders.waiting() + " senders waiting")
                + (receivers.waiting() == 0 ? "" : ", " + receivers.waiting() + " receivers waiting")
                + (ending ? ", no sender" : "")
                + (broken ? ", no receiver" : "") + "]";
    }

    private int items() {
        return buffer.size() + (isRendezvous() ? senders.waiting() : 0);
    }

    /** Wakes as many as there is something for: after each change of what there is, or of who waits. */
    private void balance() {
        while (receivers.waiting() > 0 && items() > receivers.woken()) {
            receivers.wakeNext();
        }
        while (senders.waiting() > 0 && slots.take()) {
            grant();
        }
        if (ending && items() == 0) {
            receivers.wakeAll();
        }
    }

    /** A sender's place in line. */
    static class Offer<T> extends Waiters.Place {
        private final Conduit<T> conduit;
        private final End end;
        private final T item;

        /** Whether it was woken because it has a slot or, at a rendezvous, because its item was taken; not, because an end was closed. */
        private boolean granted;

        Offer(Conduit<T> conduit, End end, T item) {
            super(conduit.senders);
            this.conduit = conduit;
            this.end = end;
            this.item = item;
        }

        /** Whether the item has been sent, for good. */
        final boolean taken() {
            return granted && conduit.isRendezvous();
        }
    }

    /** A receiver's place in line. */
    static class Claim extends Waiters.Place {
        private final End end;

        Claim(Conduit<?> conduit, End end) {
            super(conduit.receivers);
            this.end = end;
        }
    }
}
