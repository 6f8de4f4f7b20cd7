package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The behaviours of {@link TaskGroupTest} with tasks that run their first step at once, as asyncio's suite does. */
final class EagerTaskGroupTest extends TaskGroupTest {
    EagerTaskGroupTest() {
        loop.setTaskFactory(TaskFactory.EAGER);
    }

    @Test
    void tasks_startEagerly() {
        loop.run(() -> Asyncio.taskGroup(tg -> {
            Task<Integer> task = tg.createTask(() -> 42);
            assertEquals(42, task.result());
        }));
    }
}
