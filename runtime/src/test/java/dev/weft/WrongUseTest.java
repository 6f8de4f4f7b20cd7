package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each way to use the library wrongly is refused with a message of its own that says what to do instead. */
@Timeout(30)
final class WrongUseTest {
    private final TestLoop loop = new TestLoop();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void await_outsideAnyLoop_namesTheWaysIn() {
        Future<Integer> future = loop.createFuture();
        String message =
                assertThrows(IllegalStateException.class, future::await).getMessage();
        assertTrue(message.contains("no loop runs on this thread") && message.contains("Asyncio.run"), message);
    }

    @Test
    void await_inACallback_saysToStartATask() {
        var refused = new AtomicReference<Throwable>();
        loop.run(() -> {
            Future<Integer> future = loop.createFuture();
            loop.callSoon(() -> refused.set(assertThrows(IllegalStateException.class, future::await)));
            Asyncio.yieldNow();
        });
        String message = refused.get().getMessage();
        assertTrue(message.contains("callback") && message.contains("createTask"), message);
    }

    @Test
    void calls_fromAForeignThread_nameTheDoorsForOtherThreads() throws InterruptedException {
        var refused = new AtomicReference<Throwable>();
        loop.run(() -> {
            Thread foreign = Thread.ofPlatform().start(() -> {
                refused.set(assertThrows(IllegalStateException.class, () -> loop.callSoon(() -> {})));
            });
            foreign.join();
        });
        String message = refused.get().getMessage();
        assertTrue(
                message.contains("EventLoop.callSoonThreadsafe") && message.contains("Asyncio.runCoroutineThreadsafe"),
                message);
    }

    @Test
    void calls_onAClosedLoop_sayItIsClosed() {
        var closed = new TestLoop();
        closed.close();
        for (Runnable call : new Runnable[] {
            () -> closed.callSoon(() -> {}),
            () -> closed.callSoonThreadsafe(() -> {}),
            () -> closed.callLater(Asyncio.seconds(1), () -> {}),
            () -> closed.createTask(() -> {}),
            closed::runForever,
            () -> closed.runInExecutor(null, () -> {})
        }) {
            String message =
                    assertThrows(IllegalStateException.class, call::run).getMessage();
            assertTrue(message.contains("loop closed"), message);
        }
    }

    @Test
    void await_ofAnotherLoopsFuture_saysSo() {
        try (var other = new TestLoop()) {
            Future<Integer> foreign = other.createFuture();
            loop.run(() -> {
                String message = assertThrows(IllegalStateException.class, foreign::await)
                        .getMessage();
                assertTrue(message.contains("another loop"), message);
            });
        }
    }

    @Test
    void run_insideATask_saysToJustCall() {
        loop.run(() -> {
            var called = new boolean[1];
            var e = assertThrows(
                    IllegalStateException.class,
                    () -> Asyncio.run(() -> {
                        called[0] = true;
                    }));
            assertTrue(e.getMessage().contains("just call"), e.getMessage());
            assertEquals(false, called[0]);
            assertThrows(IllegalStateException.class, loop::runForever);
        });
    }

    @Test
    void nullCallbacks_areNamed() {
        assertEquals(
                "callback",
                assertThrows(NullPointerException.class, () -> loop.callSoon(null))
                        .getMessage());
        assertEquals(
                "callback",
                assertThrows(NullPointerException.class, () -> loop.callLater(Asyncio.seconds(1), null))
                        .getMessage());
        assertEquals(
                "coroutine",
                assertThrows(NullPointerException.class, () -> loop.createTask((Coroutine<?>) null))
                        .getMessage());
    }

    @Test
    void badSizes_areRefusedWithTheirValue() {
        var messages = new HashSet<String>();
        for (Runnable call : new Runnable[] {
            () -> new Semaphore(-1),
            () -> new Barrier(0),
            () -> new CapacityLimiter(-7),
            () -> Asyncio.seconds(Double.NaN)
        }) {
            messages.add(assertThrows(IllegalArgumentException.class, call::run).getMessage());
        }
        assertEquals(4, messages.size());
        assertTrue(messages.stream().anyMatch(text -> text.contains("-1")), messages.toString());
        assertTrue(messages.stream().anyMatch(text -> text.contains("-7")), messages.toString());
    }

    @Test
    void releasing_whatIsNotHeld_isRefusedByEachPrimitive() {
        assertThrows(IllegalStateException.class, () -> new Lock().release());
        assertThrows(IllegalStateException.class, () -> new Condition().signal());
        assertThrows(IllegalArgumentException.class, () -> new BoundedSemaphore(1).release());
        assertThrows(IllegalArgumentException.class, () -> new Queue<String>().taskDone());
    }

    @Test
    void suspending_outsideATask_isRefusedByEveryWait() {
        for (Runnable call : new Runnable[] {
            Asyncio::yieldNow,
            () -> Asyncio.sleep(Asyncio.seconds(1)),
            () -> Asyncio.taskGroup(group -> {}),
            () -> new Queue<String>().get(),
            () -> new Event().await()
        }) {
            String message =
                    assertThrows(IllegalStateException.class, call::run).getMessage();
            assertTrue(message.contains("Asyncio.run"), message);
        }
    }
}
