package dev.weft;

import dev.weft.testing.TestLoop;

/** Ends a test's loop together with the tasks that the test has left waiting on purpose. */
final class Leftovers {
    private Leftovers() {}

    static void cancelAndClose(TestLoop loop) {
        Asyncio.allTasks(loop).forEach(Task::cancel);
        loop.runReady();
        loop.close();
    }
}
