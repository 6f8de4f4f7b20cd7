package dev.weft.testing;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.LoopClock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** {@code @WeftTest} where nothing goes wrong; {@link WeftTestProjectTest} has the rest. */
final class WeftTestTest {
    private static final Set<List<String>> ORDERS = new HashSet<>();
    private static int runs;

    private TestLoop before;
    private boolean used;

    @BeforeEach
    void remember(EventLoop loop) {
        before = loop instanceof TestLoop test ? test : null;
    }

    @AfterEach
    void compare(EventLoop loop) {
        assertTrue(loop == before || before == null);
    }

    @AfterAll
    static void seedsGaveSeveralOrders() {
        assertEquals(50, runs);
        assertEquals(2, ORDERS.size(), ORDERS.toString());
    }

    @WeftTest
    void method_runsAsTheMainTaskOnVirtualTime(TestLoop loop) {
        assertSame(before, loop);
        assertSame(loop, Asyncio.currentTask().getLoop());
        sleep(seconds(3600));
        assertEquals(seconds(3600).toNanos(), loop.time());
    }

    @WeftTest
    void parameters_areTheLoopsOwn(
            EventLoop loop, VirtualClock clock, LoopClock same, Sequencer sequencer, Trail trail) {
        assertSame(clock, same);
        clock.advance(millis(5));
        assertEquals(millis(5).toNanos(), loop.time());
        createTask(() -> {
            try (var _ = sequencer.at(1)) {
                trail.mark("second");
            }
        });
        try (var _ = sequencer.at(0)) {
            trail.mark("first");
            sleep(millis(1));
        }
        sleep(millis(1));
        trail.assertMarks("first", "second");
    }

    @WeftTest(seeds = 50)
    void seeds_eachRunOnANewInstanceUnderAnotherSchedule(Trail trail) {
        assertTrue(!used, "a new instance for each seed");
        used = true;
        runs++;
        for (String name : List.of("a", "b")) {
            createTask(() -> trail.mark(name));
        }
        sleep(millis(1));
        ORDERS.add(trail.marks());
    }

    @WeftTest(seed = 7)
    void seed_alone_givesOneSchedule(TestLoop loop) {
        sleep(millis(1));
        assertEquals(millis(1).toNanos(), loop.time());
    }

    @WeftTest(clock = WeftTest.Clock.REAL)
    void realClock_timePassesByItself(EventLoop loop) {
        assertNotEquals(TestLoop.class, loop.getClass());
        long began = System.nanoTime();
        sleep(millis(5));
        assertTrue(System.nanoTime() - began >= millis(5).toNanos());
    }

    @WeftTest(strict = false)
    void notStrict_whatIsLeft_isCancelled() throws Exception {
        createTask(() -> sleep(seconds(1)), "left over");
        Thread.sleep(1);
    }

    @WeftTest
    void cancelledTaskThatHasNotEndedYet_isNotLeftOver() {
        var task = createTask(() -> sleep(seconds(1)));
        Asyncio.yieldNow();
        task.cancel();
    }
}
