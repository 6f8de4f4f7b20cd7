package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link Runner}: several runs on one loop. */
@Timeout(60)
final class RunnerTest {
    // Conformance 8: test_runners.py::RunnerTests::test_run
    @Test
    void run_severalMains_usesOneLoopAndClosesItAtTheEnd() {
        EventLoop loop;
        try (var runner = new Runner()) {
            assertEquals("first", runner.run(() -> {
                Asyncio.yieldNow();
                return "first";
            }));
            loop = runner.getLoop();
            assertSame(loop, runner.run(() -> Asyncio.getRunningLoop()));
            assertFalse(loop.isClosed());
        }
        assertTrue(loop.isClosed());
    }

    // Conformance 9: test_runners.py::RunnerTests::test_run_keeps_context
    @Test
    void run_setsAContextVariable_nextRunSeesIt() {
        ContextVar<Integer> variable = ContextVar.of("variable");
        try (var runner = new Runner()) {
            int before = runner.run(() -> {
                int old = variable.get(-1);
                variable.set(1);
                return old;
            });
            assertEquals(-1, before);
            assertEquals(1, runner.<Integer, RuntimeException>run(() -> variable.get()));
        }
        assertEquals(-1, variable.get(-1));
    }

    // test_runners.py::RunnerTests::test_run with a context of its own
    @Test
    void run_givenAContext_usesExactlyThat() {
        ContextVar<String> variable = ContextVar.of("variable");
        var context = new Context();
        try (var runner = new Runner()) {
            runner.run(context, () -> {
                variable.set("given");
            });
            assertEquals("given", context.get(variable));
            assertEquals("none", runner.run(() -> variable.get("none")));
        }
    }

    // Conformance 10: test_runners.py::RunnerTests::test_recursive_run
    @Test
    void run_insideItsOwnRun_throwsAndDoesNotCallTheBody() {
        try (var runner = new Runner()) {
            runner.run(() -> {
                var thrown = assertThrows(IllegalStateException.class, () -> runner.run(() -> fail("called")));
                assertTrue(thrown.getMessage().contains("cannot be called while a loop runs"), thrown.getMessage());
            });
        }
    }

    // Conformance 11: test_runners.py::RunnerTests::test_explicit_close
    @Test
    void close_withoutARun_closesTheLoopAndRefusesLaterUse() {
        var runner = new Runner();
        EventLoop loop = runner.getLoop();
        runner.close();
        assertTrue(loop.isClosed());
        var thrown = assertThrows(IllegalStateException.class, runner::getLoop);
        assertEquals("runner closed", thrown.getMessage());
        assertThrows(IllegalStateException.class, () -> runner.run(() -> fail("called")));
    }

    // Conformance 12: test_runners.py::RunnerTests::test_double_close
    @Test
    void close_twice_hasNoFurtherEffect() {
        var runner = new Runner();
        EventLoop loop = runner.getLoop();
        runner.close();
        runner.close();
        assertTrue(loop.isClosed());
    }

    // Conformance 13: test_runners.py::RunnerTests::test_second_with_block_raises
    @Test
    void run_afterTheEndOfItsBlock_throws() {
        var runner = new Runner();
        try (runner) {
            runner.run(() -> {});
        }
        try (runner) {
            var thrown = assertThrows(IllegalStateException.class, () -> runner.run(() -> fail("called")));
            assertEquals("runner closed", thrown.getMessage());
        }
    }

    @Test
    void create_neverUsed_makesNoLoop() {
        var calls = new AtomicInteger();
        RunOptions options = RunOptions.DEFAULT.loopFactory(() -> {
            calls.incrementAndGet();
            return EventLoop.create();
        });
        try (var _ = new Runner(options)) {
            assertEquals(0, calls.get());
        }
        assertEquals(0, calls.get());
    }

    @Test
    void close_neverUsed_refusesLaterUse() {
        var runner = new Runner();
        runner.close();
        assertThrows(IllegalStateException.class, runner::getLoop);
    }

    @Test
    void close_insideARun_throws() {
        try (var runner = new Runner()) {
            runner.run(() -> {
                assertThrows(IllegalStateException.class, runner::close);
            });
            assertEquals("still open", runner.run(() -> "still open"));
        }
    }

    @Test
    void run_future_waitsForIt() {
        try (var runner = new Runner()) {
            Future<String> future = runner.getLoop().createFuture();
            runner.getLoop().callSoon(() -> future.setResult("done"));
            assertEquals("done", runner.run(future));
        }
    }

    @Test
    void run_futureOfAnotherLoop_isRefused() {
        try (var runner = new Runner();
                var other = EventLoop.create()) {
            assertThrows(IllegalArgumentException.class, () -> runner.run(other.<String>createFuture()));
        }
    }

    @Test
    void run_tasksLeftOver_liveOnIntoTheNextRun() {
        try (var runner = new Runner()) {
            Task<String> left = runner.run(() -> Asyncio.createTask(() -> {
                Asyncio.yieldNow();
                return "later";
            }));
            assertFalse(left.done());
            assertEquals("later", runner.run(() -> left.await()));
        }
    }
}
