package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loads of {@link LoadRun}, small enough for each build. */
@Timeout(60)
final class LoadTest {
    // L1
    @Test
    void tasks_manyWaiting_takeLittleMemoryAndEndInOrder() {
        Loads.Waiting waiting = Asyncio.run(() -> Loads.waiting(20_000));
        assertTrue(waiting.bytesEach() <= 4096, waiting.text()); // frames that are interpreted yet are larger
        assertTrue(waiting.bytesLeft() <= 20_000_000, waiting.text());
    }

    // L4
    @Test
    void timers_manyAtRandom_fireInTimeAndDoNotPileUp() {
        Loads.Timers timers = Loads.timers(20_000, 200_000, 1);
        assertEquals(20_000, timers.fired());
    }

    // L6
    @Test
    void ring_ofQueues_handsEachTokenOnOnceAndInOrder() {
        Loads.Ring ring = Asyncio.run(() -> Loads.ring(100, 10, 100_000));
        assertTrue(Math.abs(ring.bytesGrown()) <= 10_000_000, ring.text());
    }

    // L10, of which HeapFullTest has the other half
    @Test
    void forks_allAliveAtOnce_areJoined() {
        assertTrue(Asyncio.run(() -> Loads.forks(12)) >= 0);
    }
}
