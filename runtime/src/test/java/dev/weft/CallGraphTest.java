package dev.weft;

import static dev.weft.Asyncio.captureCallGraph;
import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.currentTask;
import static dev.weft.Asyncio.formatCallGraph;
import static dev.weft.Asyncio.gather;
import static dev.weft.Asyncio.generator;
import static dev.weft.Asyncio.shield;
import static dev.weft.Asyncio.taskGroup;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CallGraphTest {
    private final TestLoop loop = new TestLoop();
    private FutureCallGraph graph;
    private String text;

    /** Name, own methods of this test on the stack, awaiters: {@code inner[b a] <- outer[c]}. */
    private static String shape(FutureCallGraph node) {
        var shape = new StringBuilder(node.future() instanceof Task<?> task ? task.getName() : "future");
        shape.append(node.callStack().stream()
                .map(FrameCallGraphEntry::frame)
                .filter(frame -> frame.getClassName().equals(CallGraphTest.class.getName()))
                .map(StackTraceElement::getMethodName)
                .filter(method -> !method.startsWith("lambda$"))
                .toList());
        List<String> awaiters =
                node.awaitedBy().stream().map(CallGraphTest::shape).toList();
        return switch (awaiters.size()) {
            case 0 -> shape.toString();
            case 1 -> shape + " <- " + awaiters.getFirst();
            default -> shape + " <- {" + String.join(", ", awaiters) + "}";
        };
    }

    private void deep() {
        yieldNow();
        captureHere();
    }

    private void captureHere() {
        graph = captureCallGraph();
        text = formatCallGraph();
    }

    private static void waitFor(Future<?> future) {
        future.await();
    }

    /** Runs a body as the task "main". */
    private void runMain(Action body) {
        loop.runUntilComplete(loop.createTask(body, "main"));
    }

    // Conformance 468: test_graph.py::CallStackTestBase::test_stack_tgroup
    @Test
    void capture_taskInAGroup_showsAllAwaiters() {
        runMain(() -> taskGroup(group -> {
            Task<?> root = group.createTask(this::deep, "root");
            group.createTask(() -> waitFor(root), "sub 1");
            group.createTask(() -> waitFor(root), "sub 2");
        }));
        assertEquals(
                "root[captureHere, deep] <- {sub 1[waitFor] <- main[], sub 2[waitFor] <- main[], main[]}",
                shape(graph));
        assertTrue(text.startsWith("* Task[root, "), text);
        assertTrue(text.contains("dev.weft.CallGraphTest.captureHere("), text);
        assertTrue(text.contains("    * Task[sub 1, "), text);
        assertTrue(text.contains("        * Task[main, "), text);
        assertTrue(text.contains("shown above"), text);
    }

    @Test
    void capture_taskInAGather_showsWhoAwaitsIt() {
        runMain(() -> gather(() -> {
                    currentTask().setName("child");
                    deep();
                    return 1;
                })
                .await());
        assertEquals("child[captureHere, deep] <- main[]", shape(graph));
    }

    @Test
    void capture_gathersInGathers_areLookedThrough() {
        runMain(() -> {
            Task<?> child = createTask(this::deep, "child");
            gather(gather(child), gather(shield(child))).await();
        });
        assertEquals("child[captureHere, deep] <- main[]", shape(graph));
    }

    // Conformance 469: test_graph.py::CallStackTestBase::test_stack_shield
    @Test
    void capture_shieldedTask_showsWhoAwaitsTheShield() {
        runMain(() -> waitFor(shield(createTask(this::deep, "child"))));
        assertEquals("child[captureHere, deep] <- main[waitFor]", shape(graph));
    }

    // Conformance 470: test_graph.py::CallStackTestBase::test_stack_wait
    @Test
    void capture_taskWaitedFor_showsTheWaiter() {
        runMain(() -> {
            Task<?> child = createTask(() -> Asyncio.waitFor(this::deep, Asyncio.seconds(1)), "child");
            Asyncio.wait(List.of(child, createTask(() -> yieldNow())));
        });
        assertEquals("child[captureHere, deep] <- main[]", shape(graph));
    }

    // Conformance 471: test_graph.py::CallStackTestBase::test_stack_future
    @Test
    void capture_future_listsEveryAwaitingTask() {
        runMain(() -> {
            Future<Integer> future = loop.createFuture();
            taskGroup(group -> {
                group.createTask(() -> waitFor(future), "a");
                group.createTask(() -> waitFor(future), "b");
                yieldNow();
                graph = captureCallGraph(future);
                text = formatCallGraph(future);
                future.setResult(1);
            });
        });
        assertEquals("future[] <- {a[waitFor] <- main[], b[waitFor] <- main[]}", shape(graph));
        assertTrue(text.startsWith("* Future[pending"), text);
    }

    @Test
    void capture_taskAwaitingATask_showsTheWholeChain() {
        runMain(() -> {
            Task<?> inner = createTask(this::deep, "inner");
            Task<?> middle = createTask(() -> waitFor(inner), "middle");
            waitFor(middle);
        });
        assertEquals("inner[captureHere, deep] <- middle[waitFor] <- main[waitFor]", shape(graph));
    }

    @Test
    void capture_insideAGenerator_showsBodyAndConsumer() {
        runMain(() -> consume(generator(out -> {
            out.emit(1);
            deep();
        })));
        assertEquals("main[captureHere, deep, consume]", shape(graph));
    }

    private static void consume(Generator<Integer> generator) {
        for (int i : generator) {
            assertEquals(1, i);
        }
    }

    @Test
    void capture_longChain_isNoProblem() {
        int length = 3000;
        runMain(() -> {
            Task<?> last = createTask(this::deep, "task 0");
            for (int i = 1; i < length; i++) {
                Task<?> awaited = last;
                last = createTask(() -> waitFor(awaited), "task " + i);
            }
            waitFor(last);
        });
        int count = 0;
        for (FutureCallGraph node = graph;
                !node.awaitedBy().isEmpty();
                node = node.awaitedBy().getFirst()) {
            count++;
        }
        assertEquals(length, count);
        assertTrue(text.contains("* Task[main, "));
    }

    // Conformance 472: test_tools.py::TestAsyncioToolsBasic::test_cycle_detection
    @Test
    void cycle_isReportedInsteadOfATree() throws Exception {
        List<Task<?>> tasks = new ArrayList<>();
        var out = new ByteArrayOutputStream();
        runMain(() -> {
            for (int i = 0; i < 3; i++) {
                int next = (i + 1) % 3;
                tasks.add(createTask(
                        () -> {
                            yieldNow();
                            waitFor(tasks.get(next));
                        },
                        "task " + i));
            }
            yieldNow();
            yieldNow();
            graph = captureCallGraph(tasks.getFirst());
            text = formatCallGraph(tasks.getFirst());
            Asyncio.dumpTasks(new PrintStream(out, true, StandardCharsets.UTF_8));
            tasks.getFirst().cancel();
            Asyncio.wait(tasks);
        });
        assertEquals("task 0[waitFor] <- task 2[waitFor] <- task 1[waitFor] <- task 0[]", shape(graph));
        assertTrue(text.contains("cycle: task 0 waits for task 1 waits for task 2 waits for task 0"), text);
        String dump = out.toString(StandardCharsets.UTF_8);
        assertTrue(dump.contains("\ncycle: task 0 waits for task 1 waits for task 2 waits for task 0\n"), dump);
        assertFalse(dump.contains("    * Task"), dump);
    }

    @Test
    void dumpTasks_tasksAwaitingTasks_printsATree() {
        var out = new ByteArrayOutputStream();
        runMain(() -> {
            Task<?> inner = createTask(() -> waitFor(loop.createFuture()), "inner");
            Task<?> other = createTask(() -> waitFor(inner), "other");
            Task<?> outer = createTask(() -> gather(inner, other).await(), "outer");
            yieldNow();
            Asyncio.dumpTasks(new PrintStream(out, true, StandardCharsets.UTF_8));
            outer.cancel();
        });
        String dump = out.toString(StandardCharsets.UTF_8);
        assertTrue(dump.startsWith("EventLoop[test, running"), dump);
        List<String> lines = dump.lines()
                .filter(line -> line.contains("Task["))
                .map(line -> line.replaceAll("\\[(\\w+),.*?\\]( \\(.*)?$", "[$1]$2"))
                .toList();
        assertEquals(
                List.of(
                        "Task[main]",
                        "Task[outer]",
                        "    Task[inner]",
                        "    Task[other]",
                        "        Task[inner] (shown above)"),
                lines);
    }

    @Test
    void capture_outsideATask_hasNothingToShow() {
        Future<Integer> future = loop.createFuture();
        assertThrows(IllegalStateException.class, () -> captureCallGraph());
        assertThrows(IllegalStateException.class, () -> formatCallGraph());
        assertSame(future, captureCallGraph(future).future());
        var seen = new ArrayList<Object>();
        loop.callSoon(() -> {
            assertNull(captureCallGraph());
            seen.add(formatCallGraph());
        });
        loop.runReady();
        assertEquals(List.of(""), seen);
    }

    @Test
    void capture_fromAForeignThread_isRefused() {
        runMain(() -> {
            var refused = new ArrayList<Throwable>();
            var thread = new Thread(() ->
                    refused.add(assertThrows(IllegalStateException.class, () -> captureCallGraph(currentOf(loop)))));
            thread.start();
            thread.join();
            assertTrue(refused.getFirst().getMessage().contains("callSoonThreadsafe"));
        });
    }

    private static Future<?> currentOf(EventLoop loop) {
        return Asyncio.allTasks(loop).iterator().next();
    }

    @Test
    void depth_leavesOutTheNewestFramesOfTheCurrentTask() {
        runMain(() -> {
            assertEquals("captureAtDepth", topMethod(captureAtDepth(1)));
            assertEquals("captureBelow", topMethod(captureBelow(2)));
            assertEquals("captureCallGraph", topMethod(captureAtDepth(0)));
            assertEquals(List.of(), captureAtDepth(1000).callStack());
        });
        assertThrows(IllegalArgumentException.class, () -> CallGraphOptions.DEFAULT.depth(-1));
    }

    private static FutureCallGraph captureBelow(int depth) {
        return captureAtDepth(depth);
    }

    private static FutureCallGraph captureAtDepth(int depth) {
        return captureCallGraph(null, CallGraphOptions.DEFAULT.depth(depth));
    }

    private static String topMethod(FutureCallGraph graph) {
        return graph.callStack().getFirst().frame().getMethodName();
    }

    @Test
    void limit_keepsInnermostOrOutermostFrames() {
        runMain(() -> {
            Task<?> task = createTask(() -> waitFor(loop.createFuture()), "task");
            yieldNow();
            List<FrameCallGraphEntry> all = captureCallGraph(task).callStack();
            assertTrue(all.size() >= 3, all.toString());
            assertEquals(all.subList(0, 2), limited(task, 2));
            assertEquals(all.subList(all.size() - 2, all.size()), limited(task, -2));
            assertEquals(List.of(), limited(task, 0));
            assertEquals(all, limited(task, 1000));
            assertEquals(all, limited(task, -1000));
            assertEquals(all, limited(task, Integer.MIN_VALUE));
            task.cancel();
        });
    }

    private static List<FrameCallGraphEntry> limited(Task<?> task, int limit) {
        return captureCallGraph(task, CallGraphOptions.DEFAULT.limit(limit)).callStack();
    }

    @Test
    void capture_taskThatIsDone_hasNoStack() {
        runMain(() -> {
            Task<?> task = createTask(() -> {});
            task.await();
            assertEquals(new FutureCallGraph(task, List.of(), List.of()), captureCallGraph(task));
        });
    }

    @Test
    void awaitedByNotes_ofUsers_areShown() {
        runMain(() -> {
            Future<Integer> future = loop.createFuture();
            Asyncio.futureAddToAwaitedBy(future, currentTask());
            assertEquals("future[] <- main[]", shape(captureCallGraph(future)));
            Asyncio.futureDiscardFromAwaitedBy(future, currentTask());
            assertEquals("future[]", shape(captureCallGraph(future)));
        });
    }

    @Test
    void printCallGraph_printsTheText() {
        var out = new ByteArrayOutputStream();
        runMain(() -> {
            var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
            Asyncio.printCallGraph(stream);
            Asyncio.printCallGraph(currentTask(), stream);
            Asyncio.printCallGraph(null, CallGraphOptions.DEFAULT.limit(0), stream);
        });
        String printed = out.toString(StandardCharsets.UTF_8);
        assertEquals(3, printed.split("\\* Task\\[main, ", -1).length - 1);
        assertEquals(2, printed.split("\\+ Call stack:", -1).length - 1);
    }

    @Test
    void getStack_waitingTask_showsUsersFramesWithoutMachinery() {
        runMain(() -> {
            Task<?> task = createTask(() -> waitFor(loop.createFuture()), "task");
            yieldNow();
            List<StackTraceElement> stack = task.getStack();
            assertEquals("waitFor", stack.getLast().getMethodName(), stack.toString());
            assertEquals(CallGraphTest.class.getName(), stack.getFirst().getClassName(), stack.toString());
            task.cancel();
        });
    }
}
