package dev.weft.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.LogCapture;
import dev.weft.Overtaker;
import dev.weft.Task;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Portable mode: tasks wait for foreign locks that other tasks hold while they are suspended, all the time, and the loop goes on without them at
 * once. From its next call of Weft each is alone again: nothing of what it then does up to its next wait is lost. Not in the package of what it tests,
 * whose methods it would be taken for.
 */
@Timeout(60)
public final class OvertakingTest {
    private static final int TASKS = 8;
    private static final int ROUNDS = 400;

    private final EventLoop loop =
            EventLoop.builder().mode(EventLoop.Mode.PORTABLE).build();
    private final ReentrantLock lock = new ReentrantLock();
    private final Object monitor = new Object();
    private final Semaphore permits = new Semaphore(0);

    /** Plain, like all that tasks share. */
    private int counter;

    private Thread alone;
    private int intrusions;

    @Test
    void overtakenTasks_fromTheirNextCallOn_areAlone() throws Exception {
        run(ROUNDS);
    }

    /**
     * As many rounds as one likes.
     *
     * @param rounds of each task
     * @return how often the loop went on without a task
     * @throws Exception as the tasks do
     */
    public static int stress(int rounds) throws Exception {
        return new OvertakingTest().run(rounds);
    }

    private int run(int rounds) throws Exception {
        int overtaken;
        try (var log = new LogCapture()) {
            try (var _ = new Overtaker(loop)) {
                loop.runUntilComplete(() -> {
                    var tasks = new ArrayList<Task<?>>();
                    for (int i = 0; i < TASKS; i++) {
                        var random = new Random(i);
                        tasks.add(loop.createTask(() -> rounds(random, rounds)));
                    }
                    for (Task<?> task : tasks) {
                        task.await();
                    }
                });
            }
            overtaken = (int) log.events().stream()
                    .filter(event -> event.message().contains("the loop goes on"))
                    .count();
        }
        loop.close();
        assertEquals(0, intrusions);
        assertEquals(TASKS * rounds, counter);
        assertTrue(overtaken > 0, "nobody was overtaken");
        return overtaken;
    }

    private void rounds(Random random, int rounds) throws InterruptedException {
        for (int round = 0; round < rounds; round++) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    lock.lock();
                    try {
                        Asyncio.yieldNow();
                    } finally {
                        lock.unlock();
                    }
                }
                case 1 -> {
                    synchronized (monitor) {
                        Asyncio.yieldNow();
                    }
                }
                case 2 -> {
                    loop.callSoon(permits::release);
                    permits.acquire();
                }
                default -> Asyncio.yieldNow();
            }
            loop.checkThread(); // its turn, from here to the next wait
            if (alone != null) {
                intrusions++;
            }
            alone = Thread.currentThread();
            int before = counter;
            for (int i = random.nextInt(50); i > 0; i--) {
                Thread.onSpinWait();
            }
            counter = before + 1;
            if (alone != Thread.currentThread()) {
                intrusions++;
            }
            alone = null;
        }
    }
}
