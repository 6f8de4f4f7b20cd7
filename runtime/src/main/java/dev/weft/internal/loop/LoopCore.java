package dev.weft.internal.loop;

import dev.weft.internal.coroutine.Fiber;
import dev.weft.internal.coroutine.FiberHost;
import dev.weft.internal.coroutine.Fibers;
import dev.weft.internal.coroutine.Pause;
import java.nio.channels.SelectableChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loop's turn: poll, due timers, then exactly the entries that were ready by then, first come first served.
 *
 * <p>All methods belong to the loop: to the thread inside {@link #run}, to the fiber it has mounted, or, while it is not running, to
 * one thread at a time. Any thread may call {@link #wake}, {@link #addFromAnyThread} and {@link #isCurrent}.
 *
 * <p>How the loop falls asleep and is woken (a store-load pair on each side, so that one of them sees the other):
 *
 * <pre>
 *   loop:    wakeable = true;  inbox empty? -> sleep, else poll without waiting;  wakeable = false
 *   others:  inbox.add(x);     wakeable?    -> wakeable = false;  wake the poller
 * </pre>
 *
 * Whoever lowers the flag is about to wake the loop: those who come after need not do it again, which is what costs.
 */
public final class LoopCore implements FiberHost {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final long LONGEST_POLL = TimeUnit.HOURS.toNanos(24);

    private static final Fiber[] NONE = {};

    /** Whether any loop has ever looked whether to go on without a fiber: nothing else is asked where it matters how long that takes. */
    private static volatile boolean anyOvertaken;

    /** A busy loop without timers reads the clock once in so many iterations, for those who ask how late it is. */
    private static final int ITERATIONS_PER_READING = 64;

    private final Fibers fibers;
    private final TimeSource time;
    private final Hooks hooks;
    /**
     * Fibers whose next step is due, {@link Beginning}s and {@link LoopEntry}s. A fiber is its own entry, so that a wake-up allocates nothing.
     */
    private final Fifo<Object> ready = new Fifo<>();

    private final Inbox inbox = new Inbox();
    private final TimerHeap timers = new TimerHeap();
    private final Poller poller;
    private final CallbackRunner callbacks;
    private final JobRunner jobs;
    private final Starter starter;
    private final LockHold lockHold;
    /** What decides, in tests, about the order of entries; {@code null} for first come, first served. Asked once an iteration. */
    private @Nullable Steering steering;

    /** Whose code runs now: the mounted fiber's thread, or the loop's own. Written by the loop only; see {@link #isCurrent}. */
    private @Nullable Thread currentThread;

    private @Nullable Fiber currentFiber;
    private @Nullable Fiber handoff;
    /** Fibers in the middle of {@link #startNow}, innermost last: each goes on when what it has started pauses. */
    private final Fifo<Fiber> starters = new Fifo<>();

    private @Nullable Thread loopThread;
    private int left;

    /** Why no {@link Beginning} gets a fiber in this iteration. */
    private @Nullable OutOfMemoryError starved;

    /** How often in a row there was no memory to find out what is ready. */
    private int blindTurns;

    /** Counts steps and callbacks, round and round, for {@link #progress}: a plain store beside others, since it is paid for each time. */
    private int progress;

    private int waitingElsewhere;
    private long lastReading;
    private long iterations;
    private long asleepNanos;
    private long sleepBegan;
    private int outsideWork;
    private boolean stopping;
    private @Nullable Throwable fatal;
    private boolean timed;
    private long stepBegan;
    private boolean watchingWaits;
    private volatile boolean asleep;
    private volatile boolean wakeable;
    private volatile boolean closed;

    /** Those that the loop has gone on without, in portable mode, and which have not had their turn since. Changed by the loop only. */
    private volatile Fiber[] overtaken = NONE;

    /** What a loop's owner is told. Called on the loop's own stack unless said otherwise. */
    public interface Hooks {
        /** The loop's thread was interrupted; the flag is clear again. */
        void interrupted();

        /** A callback threw. On a fiber: users' code may run. */
        void callbackFailed(UserCallback callback, Throwable failure);

        /** A lock stayed taken for longer than the loop holds still for one. On a fiber: may log. */
        void heldTooLong(Fiber fiber, String lock);

        /** There was no memory for some tasks: told once, until there is enough again. On a fiber: may log. */
        void heapWasFull(OutOfMemoryError error);

        /** How long a step of a fiber took: told while {@link #timeSteps} is on. */
        void stepTook(Fiber fiber, long nanos);

        /** How long nothing else may run while a fiber waits for a lock. */
        long lockHoldNanos();

        /**
         * The loop is about to sleep.
         *
         * @param quiet whether nothing but a timer can give it something to do, as far as it knows
         * @return how long it may sleep at most; zero if there is something to do by now
         */
        long idle(boolean quiet);

        /** A fiber waits for something outside the loop. In portable mode told, late, only while {@link #watchWaits} is on. */
        void waitsElsewhere(Fiber fiber);

        /** A fiber that waited outside the loop goes on now. */
        void backFromElsewhere(Fiber fiber);
    }

    public LoopCore(Fibers fibers, TimeSource time, @Nullable SelectorProvider provider, Hooks hooks) {
        this.fibers = fibers;
        this.time = time;
        this.hooks = hooks;
        poller = new Poller(provider, text -> runOnFiber(() -> LOG.warn(text)));
        callbacks = new CallbackRunner(this);
        jobs = new JobRunner(this);
        starter = new Starter(this, fibers);
        lockHold = new LockHold(this, inbox, ready);
    }

    // ---- whose turn it is

    /** Whether the calling thread is the one that runs on this loop right now. */
    public boolean isCurrent() {
        // A plain field is enough: a thread can only find itself there after the loop, on the same processor thread or
        // through
        // the baton's volatile flag, has put it there; whatever stale value another thread reads is not that other
        // thread.
        return currentThread == Thread.currentThread();
    }

    /** The fiber whose code runs, {@code null} on the loop's own stack. */
    public @Nullable Fiber currentFiber() {
        return currentFiber;
    }

    public @Nullable Thread currentThread() {
        return currentThread;
    }

    public @Nullable Thread loopThread() {
        return loopThread;
    }

    // ---- entries

    /**
     * Whether a {@link Beginning} of the calling code may be added. What begins outside a run, or would inherit more from its creator than
     * usual, needs a {@link #newFiber} of its own.
     */
    public boolean givesFibers() {
        Thread creator = currentThread;
        return creator != null && starter.serves(creator);
    }

    public void addReady(Beginning beginning) {
        append(beginning);
    }

    /** Appends the next step of a suspended fiber, or the first of a new one. */
    public void addReady(Fiber fiber) {
        append(fiber);
    }

    public void addReady(LoopEntry entry) {
        append(entry);
    }

    /**
     * There is no memory for a task, or for what one keeps while it waits. Those that have yet to begin in this iteration are refused: each would
     * find out for itself, at the cost of a collection of the whole heap, while what they hold is memory too.
     */
    public void outOfMemory(OutOfMemoryError e) {
        starved = e;
        boolean first = !SpareMemory.tight();
        SpareMemory.letGo(0);
        if (first) {
            try {
                jobs.add(() -> hooks.heapWasFull(e));
            } catch (OutOfMemoryError _) {
                // Those who wait for the tasks concerned are told in any case.
            }
        }
    }

    /** Makes room for the steps of so many fibers, for which there may be no memory when they are due. */
    public void reserve(int fibers) {
        ready.reserve(fibers);
    }

    /** Puts an entry before all others. Not while running. */
    public void addFirst(LoopEntry entry) {
        ready.addFirst(entry);
    }

    /** Takes back the last {@link #addReady} of a fiber that could not suspend after all. */
    public void removeReady(Fiber fiber) {
        ready.removeLastOccurrence(fiber);
    }

    public void addFromAnyThread(LoopEntry entry) {
        inbox.add(entry);
        signalLoop();
    }

    @Override
    public void wake(Fiber fiber) {
        if (fiber.claimWakeup()) {
            inbox.add(fiber);
            signalLoop();
        }
    }

    @Override
    public void resumeSoon(Fiber fiber, BooleanSupplier stillStuck) {
        addFromAnyThread(() -> {
            if (stillStuck.getAsBoolean()) {
                step(fiber);
            }
        });
    }

    /**
     * Has one of this library's own jobs done on a fiber, since it may log, or take a lock that a task holds: at once if the caller has
     * a stack that is not the loop's, otherwise in the next iteration.
     */
    public void runOnFiber(Runnable job) {
        if (currentFiber == null && currentThread != null) {
            jobs.add(job);
        } else {
            job.run();
        }
    }

    private void append(Object entry) {
        inbox.drainTo(ready); // what came earlier from other threads runs earlier
        ready.addLast(entry);
    }

    private void signalLoop() {
        if (lockHold.inProgress()) {
            LockSupport.unpark(loopThread);
        } else if (wakeable) {
            wakeable = false;
            poller.wakeup();
        } else if (closed) {
            discardQueued();
        }
    }

    /** Does what an interrupt of the loop's thread does. Any thread. */
    public void interrupt() {
        addFromAnyThread(hooks::interrupted);
    }

    /** A number that changes with each step of a fiber and each callback. Any thread may ask; it sees it change soon, not at once. */
    public int progress() {
        return progress;
    }

    /** Whether the loop waits for something to do. Any thread. */
    public boolean asleep() {
        return asleep;
    }

    public int readySize() {
        return ready.size();
    }

    // ---- what any thread may ask: never wrong by more than what happens meanwhile, and never in the loop's way

    /** How many iterations have begun. */
    public long iterations() {
        return iterations;
    }

    /** For how long altogether the loop had nothing to do. */
    public long asleepNanos() {
        long before = asleepNanos;
        long began = sleepBegan;
        return asleep ? before + Math.max(0, System.nanoTime() - began) : before;
    }

    /** How many entries wait for their turn, those included that other threads have handed over. */
    public int queued() {
        return Math.max(0, ready.size()) + inbox.count();
    }

    /** How many results of work outside the loop are awaited. */
    public int outsideWork() {
        return outsideWork;
    }

    /** The timers that are not due yet, in no order. */
    public List<Timer> timersNow() {
        return timers.peekAtAll();
    }

    // ---- time

    public long now() {
        return time.nanos();
    }

    /** The time when the loop itself last looked at the clock: not later than the current step began. */
    public long lastReading() {
        return lastReading;
    }

    public Timer schedule(long when, LoopEntry entry) {
        return timers.add(when, entry);
    }

    public void cancel(Timer timer) {
        timers.cancel(timer);
    }

    public int liveTimers() {
        return timers.live();
    }

    public int timersInMemory() {
        return timers.size();
    }

    // ---- channels

    public @Nullable LoopEntry addInterest(SelectableChannel channel, boolean writing, LoopEntry entry) {
        return poller.add(channel, writing, entry);
    }

    /** The entry appended while the channel is readable, or writable; {@code null} if there is none. */
    public @Nullable LoopEntry interest(SelectableChannel channel, boolean writing) {
        return poller.entry(channel, writing);
    }

    public @Nullable LoopEntry removeInterest(SelectableChannel channel, boolean writing) {
        return poller.remove(channel, writing);
    }

    /** Takes channels of another provider, which only this loop's entries make ready. Before the first channel. */
    public void simulateChannels(SelectorProvider provider) {
        poller.simulate(provider);
    }

    /** Where the channels come from that the loop can wait for. */
    public SelectorProvider selectorProvider() {
        return poller.provider();
    }

    /** Has the selector let go of channels closed meanwhile: only then are they closed for the system too. */
    public void forgetClosedChannels() {
        poller.forgetClosedChannels();
    }

    // ---- work outside the loop

    /** Says that something outside the loop will call {@link #addFromAnyThread}: a virtual clock must not run ahead of it. */
    public void outsideWorkBegan() {
        outsideWork++;
    }

    public void outsideWorkEnded() {
        outsideWork--;
    }

    /** Whether nothing but a timer can give the loop something to do. */
    public boolean onlyTimersLeft() {
        return waitingElsewhere == 0 && outsideWork == 0 && !poller.waitsForChannels();
    }

    // ---- running

    public Fiber newFiber(Runnable body, String name) {
        return fibers.create(this, body, name);
    }

    /**
     * Runs until {@link #stop}, on the calling thread.
     *
     * @param once whether to return after one iteration in any case
     * @param longestNanos how long the poll may wait at most
     */
    public void run(boolean once, long longestNanos) {
        callbacks.prepare();
        jobs.prepare();
        starter.prepare();
        lastReading = time.nanos();
        Thread thread = Thread.currentThread();
        loopThread = thread;
        currentThread = thread;
        try {
            do {
                iterate(thread, longestNanos);
            } while (!stopping && !once && fatal == null);
        } finally {
            stopping = false;
            left = 0;
            callbacks.finish();
            jobs.finish();
            starter.finish();
            currentFiber = null;
            currentThread = null;
            loopThread = null;
        }
        Throwable failure = fatal;
        if (failure != null) {
            fatal = null;
            LoopCore.<RuntimeException>rethrow(failure);
        }
    }

    public void stop() {
        stopping = true;
    }

    /** Ends {@link #run} right after the current entry, with this failure. */
    public void stopWith(Throwable failure) {
        if (fatal == null) {
            fatal = failure;
        }
    }

    /** Has a fiber's waits outside the loop told in portable mode too, at the cost of waking up to look. */
    public void watchWaits(boolean on) {
        watchingWaits = on;
    }

    @Override
    public boolean watchesWaits() {
        return watchingWaits;
    }

    @Override
    public void waitsElsewhere(Fiber fiber) {
        hooks.waitsElsewhere(fiber);
    }

    @Override
    public void overtakingBegins(Fiber fiber) {
        anyOvertaken = true;
        Fiber[] more = Arrays.copyOf(overtaken, overtaken.length + 1);
        more[more.length - 1] = fiber;
        overtaken = more;
        currentThread = loopThread;
    }

    @Override
    public void overtakingEnds(Fiber fiber, boolean wasOvertaken) {
        if (wasOvertaken) {
            heldTooLong(fiber);
        } else {
            currentThread = fiber.thread(); // first: who does not find itself in the list looks here again
            forgetOvertaken(fiber);
        }
    }

    @Override
    public void awaitOvertaken() {
        Fiber[] fibers = overtaken;
        if (fibers.length == 0) {
            return;
        }
        long deadline = System.nanoTime() + hooks.lockHoldNanos();
        for (Fiber fiber : fibers) {
            while (fiber.thread().getState() == Thread.State.RUNNABLE && System.nanoTime() < deadline) {
                Thread.yield();
            }
        }
    }

    private void forgetOvertaken(Fiber fiber) {
        Fiber[] before = overtaken;
        if (before.length > 0) {
            overtaken = Arrays.stream(before).filter(other -> other != fiber).toArray(Fiber[]::new);
        }
    }

    /** Whether there are threads anywhere that may have to {@link #fallIn} where they think it is their turn. */
    public static boolean anyOvertaken() {
        return anyOvertaken;
    }

    /** Waits for the turn of the calling thread if it is one that this loop has gone on without. Returns whether it is, and has its turn now. */
    public boolean fallIn() {
        for (Fiber fiber : overtaken) {
            if (fiber.thread() == Thread.currentThread()) {
                return fiber.fallIn();
            }
        }
        return isCurrent(); // after all: the loop has looked, and waits on
    }

    /** What decides about the order of entries from the next iteration on; {@code null} for first come, first served. */
    public void steer(@Nullable Steering decider) {
        steering = decider;
    }

    /** The channels that are registered and open. */
    public List<SelectableChannel> channels() {
        return poller.channels();
    }

    /** The entries of the timers that are not due yet, earliest first. */
    public List<LoopEntry> timerEntries() {
        return timers.entries();
    }

    /** When the current step began, by {@link System#nanoTime}: known while {@link #timeSteps} is on. */
    public long stepBegan() {
        return stepBegan;
    }

    /** Whether {@link Hooks#stepTook} wants to know. */
    public void timeSteps(boolean on) {
        timed = on;
    }

    boolean timesSteps() {
        return timed;
    }

    /**
     * Runs a fiber's next step, and those of the fibers it starts or hands over to. On the loop's own stack.
     */
    public void step(Fiber first) {
        int startersBefore = starters.size();
        Fiber fiber = first;
        do {
            if (fiber.elsewhere()) {
                waitingElsewhere--;
                fiber.wakeupTaken();
                lockHold.over(fiber);
                forgetOvertaken(fiber);
                hooks.backFromElsewhere(fiber);
            }
            handoff = null;
            progress++;
            currentFiber = fiber;
            currentThread = fiber.thread();
            long began = 0;
            if (timed) {
                began = System.nanoTime();
                stepBegan = began;
            }
            Pause pause = resume(fiber);
            if (pause == Pause.LOCK) {
                pause = lockHold.hold(fiber);
            }
            currentFiber = null;
            currentThread = loopThread;
            if (pause == Pause.ELSEWHERE) {
                waitingElsewhere++;
                hooks.waitsElsewhere(fiber);
            }
            if (timed && began != 0) {
                hooks.stepTook(fiber, System.nanoTime() - began);
            }
            // One that hands over has not paused for its starter: it goes on within this entry.
            fiber = handoff != null ? handoff : starters.size() > startersBefore ? starters.pollLast() : null;
        } while (fiber != null);
    }

    private Pause resume(Fiber fiber) {
        for (int attempt = 0; ; attempt++) {
            try {
                return fiber.resume();
            } catch (OutOfMemoryError e) {
                if (!SpareMemory.letGo(attempt)) {
                    currentFiber = null;
                    currentThread = loopThread;
                    throw e;
                }
            }
        }
    }

    /** Takes a fiber out of the ready queue before its turn. */
    boolean takeQueued(Fiber fiber) {
        int position = ready.indexOf(fiber);
        if (position < 0) {
            return false;
        }
        ready.removeAt(position);
        if (position < left) {
            left--;
        }
        return true;
    }

    /** {@link #step} while another fiber's step waits for a lock. */
    void stepMeanwhile(Fiber fiber) {
        Fiber waiting = currentFiber;
        Thread waitingThread = currentThread;
        step(fiber);
        handoff = null;
        currentFiber = waiting;
        currentThread = waitingThread;
    }

    /** A lock stayed taken for longer than the loop holds still for one. */
    void heldTooLong(Fiber fiber) {
        String lock = fiber.waitsFor();
        jobs.add(() -> hooks.heldTooLong(fiber, lock));
    }

    long lockHoldNanos() {
        return hooks.lockHoldNanos();
    }

    /**
     * Fiber side: runs the first step of a new fiber at once, within the same entry. The current fiber goes on when the new one
     * pauses for the first time, for whatever reason and with whatever it has handed over to.
     *
     * @return whether the current fiber's thread was interrupted meanwhile
     */
    public boolean startNow(Fiber current, Fiber started) {
        starters.addLast(current);
        try {
            return switchTo(current, started);
        } catch (Throwable notSuspended) {
            starters.removeLast();
            throw notSuspended;
        }
    }

    /** As above, with a fiber for it. */
    public boolean startNow(Fiber current, Beginning beginning) {
        starter.choose(beginning);
        try {
            return startNow(current, starter.take());
        } catch (Throwable notSuspended) {
            starter.choose(null);
            throw notSuspended;
        }
    }

    /**
     * Fiber side: suspends the current fiber and runs another one at once, within the same entry.
     *
     * @return whether the current fiber's thread was interrupted meanwhile
     */
    public boolean switchTo(Fiber current, Fiber next) {
        handoff = next;
        try {
            return current.suspend();
        } catch (Throwable notSuspended) {
            handoff = null;
            throw notSuspended;
        }
    }

    /** Fiber side, as its last act: the fiber to run at once when the current one has ended. */
    public void endWith(Fiber next) {
        handoff = next;
    }

    /** Drops everything that is queued and closes the selector. Not while running. */
    public void close() {
        callbacks.close();
        jobs.close();
        for (Object entry : ready) {
            discard(entry);
        }
        ready.clear();
        closed = true;
        discardQueued();
        overtaken = NONE;
        timers.clear();
        poller.close();
    }

    /** Drops what other threads still hand over. Fibers among it, abandoned by now, go on outside. */
    private void discardQueued() {
        var late = new Fifo<>();
        while (!inbox.isEmpty()) {
            inbox.drainTo(late);
            for (Object entry : late) {
                discard(entry);
            }
            late.clear();
        }
    }

    private static void discard(Object entry) {
        if (entry instanceof Fiber fiber && fiber.elsewhere()) {
            fiber.goOnOutside();
        }
    }

    private void iterate(Thread thread, long longestNanos) {
        if (++iterations % ITERATIONS_PER_READING == 0) {
            lastReading = time.nanos();
        }
        inbox.drainTo(ready);
        int fromChannels = 0;
        int withoutTimers = ready.size();
        try {
            fromChannels = poll(thread, longestNanos);
            withoutTimers = ready.size();
            collectDueTimers();
            blindTurns = 0;
        } catch (OutOfMemoryError e) {
            // What is due stays so, and what is queued by now may free some memory.
            wakeable = false;
            asleep = false;
            if (ready.isEmpty() && !SpareMemory.letGo(blindTurns++)) {
                throw e;
            }
        }
        // Count first: an entry that appends another one must not keep the selector waiting.
        Steering decider = steering;
        left = decider == null ? ready.size() : decider.arrange(ready, withoutTimers - fromChannels, withoutTimers);
        while (left > 0 && fatal == null) {
            Object entry = Objects.requireNonNull(ready.peekFirst());
            if (entry instanceof Fiber fiber) {
                ready.removeFirst();
                left--;
                step(fiber);
            } else if (entry instanceof Beginning beginning) {
                begin(beginning);
            } else if (entry instanceof UserCallback) {
                callbacks.runQueued();
            } else {
                ready.removeFirst();
                left--;
                ((LoopEntry) entry).run();
            }
        }
        left = 0;
        starved = null;
    }

    private void begin(Beginning beginning) {
        OutOfMemoryError reason = starved;
        if (reason == null) {
            try {
                step(starter.take());
                return;
            } catch (OutOfMemoryError e) {
                if (ready.peekFirst() != beginning) {
                    throw e;
                }
                outOfMemory(e);
                reason = e;
            }
        }
        ready.removeFirst();
        left--;
        progress++;
        beginning.refuse(reason);
    }

    /** Returns how many entries of channels are now the last of the queue. */
    private int poll(Thread thread, long longestNanos) {
        long timeout = stopping || !ready.isEmpty() ? 0 : Math.min(nanosUntilNextTimer(), longestNanos);
        if (thread.isInterrupted() && Thread.interrupted()) {
            // Set, it would keep every poll from sleeping.
            hooks.interrupted();
            timeout = ready.isEmpty() ? timeout : 0;
        }
        if (timeout <= 0) {
            return poller.hasChannels() ? poller.poll(0, ready) : 0;
        }
        return sleep(timeout, longestNanos);
    }

    /** As {@link #poll}, where nothing is ready: apart from it, so that a busy loop's turn is compiled into one piece. */
    private int sleep(long longest, long longestNanos) {
        long timeout = longest;
        if (poller.isSimulated() && poller.hasChannels()) {
            // Before the clock moves: what the last entries have made ready comes now.
            int found = poller.poll(0, ready);
            if (found > 0) {
                return found;
            }
        }
        boolean quiet = onlyTimersLeft() && inbox.isEmpty();
        if (quiet && time.skip(timeout)) {
            return 0;
        }
        timeout = Math.min(timeout, hooks.idle(quiet && longestNanos == Long.MAX_VALUE));
        if (timeout <= 0) {
            return 0;
        }
        long began = System.nanoTime();
        poller.prepare(began);
        int fromChannels = 0;
        sleepBegan = began;
        asleep = true;
        if (nothingHandedOver()) {
            long bounded = Math.min(timeout, LONGEST_POLL);
            long first = poller.firstWait(bounded);
            fromChannels = poller.poll(first, ready);
            if (first < bounded
                    && ready.isEmpty()
                    && nothingHandedOver()
                    && poller.allNoticed()
                    && quiet == onlyTimersLeft()) {
                // The inbox was looked at again: a wake-up that ended the first wait must not be slept over.
                long rest = bounded - (System.nanoTime() - began);
                if (rest > 0) {
                    fromChannels = poller.poll(rest, ready);
                }
            }
        }
        wakeable = false;
        asleep = false;
        long slept = System.nanoTime() - began;
        asleepNanos += slept;
        lastReading = time.nanos();
        if (!quiet && ready.isEmpty() && inbox.isEmpty() && slept >= timeout) {
            time.skip(timeout); // a virtual clock that had to wait for the world outside moves by what was waited
        }
        // What others handed over before the poll ended came before what the poll found.
        if (!inbox.isEmpty()) {
            moveInboxToFront();
        }
        return fromChannels;
    }

    /** Announces, before each poll that waits, that the loop must be woken from now on, and then looks whether it must not wait. */
    private boolean nothingHandedOver() {
        wakeable = true;
        return inbox.isEmpty();
    }

    private void moveInboxToFront() {
        if (ready.isEmpty()) {
            inbox.drainTo(ready);
            return;
        }
        int polled = ready.size(); // rare: both at once
        inbox.drainTo(ready);
        for (int i = 0; i < polled; i++) {
            ready.addLast(ready.removeFirst());
        }
    }

    private long nanosUntilNextTimer() {
        Timer next = timers.peek();
        if (next == null) {
            return Long.MAX_VALUE;
        }
        long now = time.nanos();
        if (next.when <= now) {
            return 0;
        }
        long nanos = next.when - now;
        return nanos > 0 ? nanos : Long.MAX_VALUE; // overflowed: as good as never
    }

    private void collectDueTimers() {
        if (timers.peek() == null) {
            return;
        }
        long now = time.nanos();
        lastReading = now;
        if (steering != null) {
            // Ties are one iteration's, later deadlines the next one's: their order is laid down.
            now = Math.min(now, Objects.requireNonNull(timers.peek()).when);
        }
        for (Timer next = timers.peek(); next != null && next.when <= now; next = timers.peek()) {
            ready.reserve(ready.size() + 1); // or what is due would be neither here nor there
            Timer due = timers.pollDue(now);
            if (due != null) {
                ready.addLast(due.fire());
            }
        }
    }

    /** The next callback of this iteration, {@code null} when a fiber's step comes first or nothing is left. */
    @Nullable
    UserCallback nextCallback() {
        if (left > 0 && fatal == null && ready.peekFirst() instanceof UserCallback callback) {
            ready.removeFirst();
            left--;
            progress++;
            return callback;
        }
        return null;
    }

    /** The next beginning of this iteration, {@code null} when something else comes first. */
    @Nullable
    Beginning nextBeginning() {
        if (left > 0 && fatal == null && starved == null && ready.peekFirst() instanceof Beginning beginning) {
            ready.removeFirst();
            left--;
            progress++;
            return beginning;
        }
        return null;
    }

    void callbackFailed(UserCallback callback, Throwable failure) {
        try {
            try {
                hooks.callbackFailed(callback, failure);
            } catch (OutOfMemoryError e) {
                SpareMemory.letGo(0);
                hooks.callbackFailed(callback, failure);
            }
        } catch (Throwable e) {
            stopWith(e); // nobody is left to be told
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void rethrow(Throwable failure) throws X {
        throw (X) failure;
    }
}
