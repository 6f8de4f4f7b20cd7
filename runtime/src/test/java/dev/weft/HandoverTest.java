package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.testing.TestLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fibers that hand over to others within one entry of the loop: everybody who handed over gets the turn back. */
final class HandoverTest {
    private static final TaskOptions EAGER = TaskOptions.DEFAULT.eagerStart(true);

    private final List<String> trail = new ArrayList<>();

    @Test
    void eagerTask_startedByEagerTask_everyCreatorGoesOn() {
        new TestLoop().run(() -> {
            Task<?> outer = Asyncio.createTask(
                    () -> {
                        trail.add("outer");
                        Asyncio.createTask(
                                () -> {
                                    trail.add("inner");
                                    Asyncio.yieldNow();
                                    trail.add("inner again");
                                },
                                EAGER);
                        trail.add("outer goes on");
                        Asyncio.yieldNow();
                        trail.add("outer again");
                    },
                    EAGER);
            trail.add("main goes on");
            outer.await();
        });
        assertEquals(List.of("outer", "inner", "outer goes on", "main goes on", "inner again", "outer again"), trail);
    }
}
