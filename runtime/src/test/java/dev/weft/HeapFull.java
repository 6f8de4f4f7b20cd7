package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.yieldNow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Programs that fill the heap, for {@link HeapFullTest} and {@link LoadRun}. Each exits with 0 if what must hold held. */
final class HeapFull {
    private static final int TICKERS = 20;
    private static final Duration FULL = millis(300);

    private static volatile Object @Nullable [] ballast;
    private static boolean armed;
    private static boolean stop;

    enum Scene {
        TASK,
        SPAWN,
        SUSPENDED,
        READY_QUEUE,
        INBOX,
        TIMERS,
        FORK_BOMB,
        PARKED
    }

    private HeapFull() {}

    public static void main(String[] arguments) {
        int code = 1;
        try {
            Asyncio.run(
                    HeapFull::rehearse); // so that no class is loaded, and no lambda linked, for the first time without
            // memory
            Asyncio.run(() -> play(Scene.valueOf(arguments[0])));
            code = 0;
        } catch (Throwable e) {
            ballast = null;
            e.printStackTrace();
        }
        Runtime.getRuntime().halt(code);
    }

    private static void rehearse() {
        bomb(5);
        Task<?> failing = createTask(() -> {
            throw new OutOfMemoryError("rehearsed");
        });
        requireOutOfMemory(failing);
        Asyncio.getRunningLoop().callLater(millis(1), () -> {});
        Asyncio.getRunningLoop().callSoonThreadsafe(() -> {});
        Task<?> waiting = createTask(() -> sleep(millis(1000)));
        yieldNow();
        waiting.cancel();
        sleep(millis(2));
        requireAnswer();
    }

    private static void play(Scene scene) throws InterruptedException {
        switch (scene) {
            case TASK -> {
                Task<?> greedy = createTask(() -> {
                    var held = new ArrayList<byte[]>();
                    while (held.size() < Integer.MAX_VALUE) {
                        held.add(new byte[100_000]);
                    }
                });
                requireOutOfMemory(greedy);
            }
            case SPAWN -> spawn();
            case SUSPENDED -> suspended();
            case READY_QUEUE -> readyQueue();
            case INBOX -> inbox();
            case TIMERS -> timers();
            case FORK_BOMB -> System.out.println("fork bomb: OutOfMemoryError after " + forkBomb(40) + " ms");
            case PARKED -> parked();
        }
        requireAnswer();
    }

    private static void requireOutOfMemory(Task<?> task) {
        try {
            task.await();
        } catch (OutOfMemoryError _) {
            return;
        }
        throw new AssertionError("no OutOfMemoryError");
    }

    /** The loop still does what it is asked for. */
    static void requireAnswer() {
        Future<Integer> answer = Asyncio.createFuture();
        Asyncio.getRunningLoop().callSoon(() -> answer.setResult(42));
        require(answer.await() == 42, "a wrong answer");
    }

    private static void require(boolean held, String otherwise) {
        if (!held) {
            throw new AssertionError(otherwise);
        }
    }

    /** Tasks that wait, until there is no memory for another: each of them ends, or fails with an OutOfMemoryError. */
    private static void spawn() {
        Future<Integer> gate = Asyncio.createFuture();
        List<Task<?>> tasks = new ArrayList<>(1 << 16);
        int[] ended = {0};
        boolean full = false;
        try {
            while (!full) {
                for (int i = 0; i < 500; i++) {
                    tasks.add(createTask(() -> {
                        gate.await();
                        ended[0]++;
                    }));
                }
                yieldNow();
                full = tasks.getLast().done();
            }
        } catch (OutOfMemoryError _) {
            full = true;
        }
        gate.setResult(1);
        int failed = 0;
        for (Task<?> task : tasks) {
            try {
                task.await();
            } catch (OutOfMemoryError _) {
                failed++;
            }
        }
        require(ended[0] + failed == tasks.size(), ended[0] + " ended and " + failed + " failed of " + tasks.size());
        require(ended[0] > 1000, "only " + ended[0] + " ended");
    }

    /** Another thread fills the heap for a while: each task either goes on or is told. */
    private static void suspended() throws InterruptedException {
        var ticks = new int[TICKERS];
        boolean[] over = {false};
        List<Task<?>> tickers = new ArrayList<>();
        for (int i = 0; i < TICKERS; i++) {
            int number = i;
            tickers.add(createTask(() -> {
                while (!over[0]) {
                    try {
                        sleepDeep(number * 20);
                        ticks[number]++;
                    } catch (OutOfMemoryError _) {
                        // told: it may go on
                    }
                }
            }));
        }
        sleep(millis(50));
        Thread filler = Thread.ofPlatform().start(() -> {
            fill();
            long began = System.nanoTime();
            while (System.nanoTime() - began < FULL.toNanos()) {
                Thread.onSpinWait();
            }
            ballast = null;
        });
        while (filler.isAlive()) {
            try {
                sleep(millis(5));
            } catch (OutOfMemoryError _) {
                // as above
            }
        }
        int[] before = ticks.clone();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!allMoved(before, ticks)) {
            require(System.nanoTime() < deadline, "some tasks stand still after the heap was full");
            sleep(millis(5));
        }
        over[0] = true;
        for (Task<?> ticker : tickers) {
            ticker.await();
        }
    }

    private static boolean allMoved(int[] before, int[] now) {
        for (int i = 0; i < now.length; i++) {
            if (now[i] == before[i]) {
                return false;
            }
        }
        return true;
    }

    private static void sleepDeep(int frames) {
        if (frames == 0) {
            sleep(millis(2));
        } else {
            sleepDeep(frames - 1);
        }
    }

    /** Takes all there is. */
    private static void fill() {
        @Nullable Object @Nullable [] head = null;
        for (int size = 1 << 18; size >= 4; size /= 2) {
            try {
                while (true) {
                    var block = new @Nullable Object[size];
                    block[0] = head;
                    head = block;
                    ballast = block;
                }
            } catch (OutOfMemoryError _) {
                // smaller ones, then
            }
        }
    }

    /** A callback asks for callbacks until there is no memory: those that were accepted are called. */
    private static void readyQueue() {
        EventLoop loop = Asyncio.getRunningLoop();
        int[] counts = {0, 0};
        loop.callSoon(() -> {
            try {
                while (true) {
                    loop.callSoon(() -> counts[1]++);
                    counts[0]++;
                }
            } catch (OutOfMemoryError _) {
                // all that fit are in
            }
        });
        awaitAll(counts);
    }

    /** The same from another thread, while the loop is busy. */
    private static void inbox() throws InterruptedException {
        EventLoop loop = Asyncio.getRunningLoop();
        int[] counts = {0, 0};
        Thread sender = Thread.ofPlatform().start(() -> {
            try {
                while (true) {
                    loop.callSoonThreadsafe(() -> counts[1]++);
                    counts[0]++;
                }
            } catch (OutOfMemoryError _) {
                // as above
            }
        });
        loop.callSoon(() -> {
            while (sender.isAlive()) {
                Thread.onSpinWait();
            }
        });
        awaitAll(counts);
        sender.join();
    }

    private static void timers() {
        EventLoop loop = Asyncio.getRunningLoop();
        int[] counts = {0, 0};
        loop.callSoon(() -> {
            try {
                while (true) {
                    loop.callLater(millis(500), () -> counts[1]++);
                    counts[0]++;
                }
            } catch (OutOfMemoryError _) {
                // as above
            }
        });
        awaitAll(counts);
    }

    private static void awaitAll(int[] counts) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        do {
            require(System.nanoTime() < deadline, counts[1] + " of " + counts[0] + " were called");
            try {
                sleep(millis(20));
            } catch (OutOfMemoryError _) {
                // once more
            }
        } while (counts[0] == 0 || counts[1] < counts[0]);
    }

    /**
     * Each task spawns two and joins them, until somebody is told that there is no memory; then no task spawns any more, and all end.
     *
     * @return after how many milliseconds that was
     */
    static long forkBomb(int depth) {
        long began = System.nanoTime();
        armed = true;
        Asyncio.getRunningLoop().setExceptionHandler((_, report) -> {
            stop |= report.exception() instanceof OutOfMemoryError;
        });
        try {
            bomb(depth);
        } catch (OutOfMemoryError _) {
            stop = true;
        }
        require(stop, "the bomb has ended without an OutOfMemoryError");
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    private static void bomb(int depth) {
        if (stop || depth == 0) {
            return;
        }
        try {
            Task<?> one = createTask(() -> bomb(depth - 1));
            Task<?> other = createTask(() -> bomb(depth - 1));
            one.await();
            other.await();
        } catch (OutOfMemoryError e) {
            stop = armed;
            throw e;
        }
    }

    /** A task that fills the heap and parks itself cannot leave the loop's thread. Others go on a second after there is memory, at the latest. */
    private static void parked() {
        var filled = new AtomicBoolean();
        var over = new AtomicBoolean();
        var freed = new AtomicLong();
        var thread = new Thread[1];
        createTask(() -> {
            thread[0] = Thread.currentThread();
            Thread.ofPlatform().start(() -> {
                while (!filled.get()) {
                    Thread.onSpinWait();
                }
                LockSupport.parkNanos(FULL.toNanos());
                ballast = null;
                freed.set(System.nanoTime());
            });
            fill();
            filled.set(true);
            while (!over.get()) {
                LockSupport.park();
            }
        });
        while (freed.get() == 0) {
            try {
                sleep(millis(1));
            } catch (OutOfMemoryError _) {
                // once more
            }
        }
        long delay = System.nanoTime() - freed.get();
        over.set(true);
        LockSupport.unpark(thread[0]);
        System.out.println("parked: the loop went on " + delay / 1_000_000 + " ms after there was memory");
        require(delay < TimeUnit.SECONDS.toNanos(1), "only " + delay / 1_000_000 + " ms after there was memory");
    }
}
