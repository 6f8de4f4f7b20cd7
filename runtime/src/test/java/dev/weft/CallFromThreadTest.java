package dev.weft;

import static dev.weft.Asyncio.callFromThread;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@link Asyncio#callFromThread}: a loop runs on another thread. */
final class CallFromThreadTest {
    private final EventLoop loop = EventLoop.create();
    private final Thread thread = Thread.ofPlatform().name("loop").unstarted(loop::runForever);

    @BeforeEach
    void startLoop() {
        thread.start();
    }

    @AfterEach
    void stopLoop() throws InterruptedException {
        loop.callSoonThreadsafe(loop::stop);
        thread.join();
        loop.close();
    }

    @Test
    void callFromThread_valueAndVoid_runAsTasksOfTheLoop() throws Exception {
        assertSame(loop, callFromThread(loop, () -> Asyncio.getRunningLoop()));
        String value = callFromThread(loop, () -> sleep(Duration.ofMillis(1), "slept"));
        assertEquals("slept", value);
        var ran = new CompletableFuture<Task<?>>();
        callFromThread(loop, () -> {
            ran.complete(Asyncio.currentTask());
        });
        assertTrue(ran.isDone());
    }

    @Test
    void callFromThread_bodyFails_throwsTheVeryException() throws Exception {
        var failure = new IOException("no");
        try {
            callFromThread(loop, () -> throwIt(failure));
        } catch (IOException e) {
            assertSame(failure, e);
            return;
        }
        throw new AssertionError("did not throw");
    }

    @Test
    void callFromThread_taskCancelled_throwsCancelledError() {
        assertThrows(
                CancelledError.class,
                () -> callFromThread(loop, () -> {
                    throw new CancelledError("by itself");
                }));
    }

    @Test
    void callFromThread_onALoopsThread_throws() throws Exception {
        var error = callFromThread(
                loop, () -> assertThrows(IllegalStateException.class, () -> callFromThread(loop, () -> "x")));
        assertTrue(error.getMessage().contains("callFromThread"), error.getMessage());
    }

    @Test
    void callFromThread_interrupted_cancelsTheTask() throws Exception {
        var started = new CountDownLatch(1);
        var cancelled = new CountDownLatch(1);
        var outcome = new CompletableFuture<Throwable>();
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                callFromThread(loop, () -> {
                    started.countDown();
                    try {
                        sleep(seconds(3600));
                    } catch (CancelledError e) {
                        cancelled.countDown();
                        throw e;
                    }
                });
                outcome.complete(new AssertionError("did not throw"));
            } catch (Throwable e) {
                outcome.complete(e);
            }
        });
        started.await();
        caller.interrupt();
        assertInstanceOf(InterruptedException.class, outcome.get());
        cancelled.await();
        caller.join();
    }

    @Test
    void callFromThread_closedLoop_throws() {
        var closed = EventLoop.create();
        closed.close();
        assertThrows(IllegalStateException.class, () -> callFromThread(closed, () -> "x"));
    }

    private static void throwIt(IOException failure) throws IOException {
        throw failure;
    }
}
