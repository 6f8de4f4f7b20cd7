package dev.weft;

import dev.weft.internal.loop.LoopCore;

/**
 * How a loop is doing, at one moment. Made by {@link EventLoop#metrics}. Counts without a time begin with the loop; whoever wants
 * rates takes the difference of two. Each number is right, or was a moment ago; taken on another thread than the loop's they need not
 * belong to the very same moment.
 *
 * @param iterations how many iterations have begun
 * @param ready how many entries (callbacks, steps of tasks) wait for their turn
 * @param tasks how many tasks are not done
 * @param tasksCreated how many tasks there have ever been
 * @param timers how many timers wait for their deadline, those of sleeps and timeouts included
 * @param connections how many connections are open
 * @param servers how many channels are listening
 * @param resources how much is open altogether: connections, servers, datagram sockets, pipes, child processes
 * @param connectionsOpened how many connections there have ever been
 * @param bytesReceived how many bytes came in over channels
 * @param bytesSent how many bytes went out over channels
 * @param lagNanos for how long the loop has been busy without looking at what is new, in nanoseconds: what a callback that becomes due
 *     now has to wait at least. 0 while the loop sleeps. It grows while a task holds the loop up. A loop that is busy without a timer
 *     looks at the clock once in 64 iterations, so this may then count some of those before
 * @param asleepNanos for how long altogether the loop had nothing to do, in nanoseconds
 * @param foreignWaits how many results of other threads are awaited: jobs of {@code toThread}, look-ups of names, and the like
 */
public record LoopMetrics(
        long iterations,
        int ready,
        int tasks,
        long tasksCreated,
        int timers,
        int connections,
        int servers,
        int resources,
        long connectionsOpened,
        long bytesReceived,
        long bytesSent,
        long lagNanos,
        long asleepNanos,
        int foreignWaits) {

    /** Those of a loop. Any thread: what is read racily is at most a moment old, and a number that makes no sense is taken for 0. */
    static LoopMetrics of(EventLoop loop) {
        LoopCore core = loop.core();
        OpenResources resources = loop.resources();
        boolean busy = loop.isRunning() && !core.asleep();
        return new LoopMetrics(
                core.iterations(),
                core.queued(),
                Math.max(0, loop.tasks().size()),
                loop.tasks().added(),
                Math.max(0, core.liveTimers()),
                resources.count(OpenResource.Kind.CONNECTION),
                resources.count(OpenResource.Kind.SERVER),
                resources.all().size(),
                resources.connectionsOpened(),
                resources.bytesReceived(),
                resources.bytesSent(),
                busy ? Math.max(0, core.now() - core.lastReading()) : 0,
                core.asleepNanos(),
                Math.max(0, core.outsideWork()));
    }
}
