package dev.weft;

import static dev.weft.Asyncio.createTask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What belongs to a loop that runs refuses other threads, whichever method they call, and names the ways in. */
final class ForeignThreadTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final EventLoop loop = EventLoop.builder().build();
    private final Map<String, Action> calls = new LinkedHashMap<>();

    @AfterEach
    void close() {
        loop.close();
    }

    /** Runs the body, which waits for something and so ties it to the loop, and then each call on another thread. */
    private void refuses(Action bind) {
        loop.runUntilComplete(() -> {
            Task<?> waiter = createTask(bind);
            Asyncio.yieldNow();
            Asyncio.yieldNow();
            Asyncio.toThread(() -> {
                calls.forEach((name, call) -> {
                    String message = assertThrows(IllegalStateException.class, call::run, name)
                            .getMessage();
                    assertTrue(message.contains("callSoonThreadsafe"), () -> name + ": " + message);
                });
                return null;
            });
            assertEquals(false, waiter.isDone(), "nothing has reached it");
            waiter.cancel();
        });
    }

    @Test
    void semaphore() {
        var semaphore = new Semaphore(0);
        calls.put("acquire", semaphore::acquire);
        calls.put("release", semaphore::release);
        calls.put("locked", semaphore::locked);
        calls.put("waiters", semaphore::waiters);
        refuses(semaphore::acquire);
    }

    @Test
    void event() {
        var event = new Event();
        calls.put("await", event::await);
        calls.put("await with a limit", () -> event.await(LONG));
        calls.put("set", event::set);
        calls.put("clear", event::clear);
        calls.put("isSet", event::isSet);
        calls.put("waiters", event::waiters);
        refuses(event::await);
    }

    @Test
    void condition() {
        var condition = new Condition();
        calls.put("acquire", condition::acquire);
        calls.put("acquire with a limit", () -> condition.acquire(LONG));
        calls.put("release", condition::release);
        calls.put("locked", condition::locked);
        calls.put("hold", condition::hold);
        calls.put("signal", condition::signal);
        calls.put("waiters", condition::waiters);
        refuses(() -> {
            try (var _ = condition.hold()) {
                condition.await();
            }
        });
    }

    @Test
    void capacityLimiter() {
        var limiter = new CapacityLimiter(0);
        calls.put("acquire", limiter::acquire);
        calls.put("release", limiter::release);
        calls.put("total", limiter::total);
        calls.put("setTotal", () -> limiter.setTotal(1));
        calls.put("borrowed", limiter::borrowed);
        calls.put("available", limiter::available);
        calls.put("waiters", limiter::waiters);
        refuses(limiter::acquire);
    }

    @Test
    void queue() {
        var queue = new Queue<String>(1);
        calls.put("put", () -> queue.put("a"));
        calls.put("put with a limit", () -> queue.put("a", LONG));
        calls.put("putNowait", () -> queue.putNowait("a"));
        calls.put("get", queue::get);
        calls.put("getWithin", () -> queue.getWithin(LONG));
        calls.put("getNowait", queue::getNowait);
        calls.put("waitingGetters", queue::waitingGetters);
        calls.put("waitingPutters", queue::waitingPutters);
        calls.put("join", queue::join);
        calls.put("shutdown", queue::shutdown);
        refuses(queue::get);
    }

    @Test
    void channel() {
        Channel<String> channel = Channel.open(0);
        calls.put("send", () -> channel.sender().send("a"));
        calls.put("trySend", () -> channel.sender().trySend("a"));
        calls.put("waiters of the sender", () -> channel.sender().waiters());
        calls.put("receive", () -> channel.receiver().receive());
        calls.put("tryReceive", () -> channel.receiver().tryReceive());
        calls.put("buffered", () -> channel.receiver().buffered());
        calls.put("waiters of the receiver", () -> channel.receiver().waiters());
        refuses(() -> channel.receiver().receive());
    }

    @Test
    void future() {
        Future<String> future = loop.createFuture();
        calls.put("setResult", () -> future.setResult("a"));
        calls.put("setException", () -> future.setException(new IllegalStateException("a")));
        calls.put("cancel", future::cancel);
        calls.put("addDoneCallback", () -> future.addDoneCallback(_ -> {}));
        refuses(future::await);
    }

    @Test
    void task() {
        Task<?> task = loop.createTask(() -> new Event().await(), "waits");
        calls.put("cancel", task::cancel);
        calls.put("uncancel", task::uncancel);
        refuses(() -> {
            try {
                task.await();
            } finally {
                task.cancel();
            }
        });
    }

    @Test
    void asCompleted() throws Exception {
        Future<String> future = loop.createFuture();
        loop.runUntilComplete(() -> {
            AsCompleted<String> results = Asyncio.asCompleted(List.of(future));
            Asyncio.toThread(() -> {
                assertThrows(IllegalStateException.class, results::hasNext);
                assertThrows(IllegalStateException.class, results::next);
                return null;
            });
            future.setResult("a");
            assertEquals("a", results.next().await());
        });
    }

    @Test
    void gather() {
        Future<String> child = loop.createFuture();
        Future<List<String>> all = loop.runUntilComplete(() -> Asyncio.gather(List.of(child)));
        calls.put("cancel", all::cancel);
        refuses(all::await);
    }

    @Test
    void taskGroup() {
        var group = new TaskGroup();
        calls.put("createTask", () -> group.createTask(() -> {}));
        calls.put("cancel", group::cancel);
        refuses(() -> group.run(_ -> new Event().await()));
    }
}
