package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

/** slf4j's mapped diagnostic context: tasks have that of their creator. */
@Timeout(60)
final class LogContextTest {
    private static final String KEY = "request";

    private final EventLoop loop = EventLoop.create();
    private final List<String> trail = new ArrayList<>();

    @AfterEach
    void clear() {
        MDC.clear();
        loop.close();
    }

    @Test
    void task_createdWithDiagnostics_hasACopyOfThem() {
        MDC.put(KEY, "caller");
        loop.runUntilComplete(() -> {
            trail.add(MDC.get(KEY));
            MDC.put(KEY, "main");
            Task<?> child = loop.createTask(() -> {
                trail.add(MDC.get(KEY));
                MDC.put(KEY, "child");
                Asyncio.yieldNow();
                trail.add(MDC.get(KEY));
                loop.createTask(() -> trail.add("grandchild of " + MDC.get(KEY)))
                        .await();
            });
            MDC.put(KEY, "main, later");
            child.await();
            trail.add(MDC.get(KEY));
        });
        assertEquals(List.of("caller", "main", "child", "grandchild of child", "main, later"), trail);
        assertEquals("caller", MDC.get(KEY));
    }

    @Test
    void task_createdWithoutDiagnostics_hasNone() {
        loop.runUntilComplete(() -> {
            assertNull(MDC.get(KEY));
            loop.createTask(() -> {
                        assertNull(MDC.get(KEY));
                        MDC.put(KEY, "child");
                    })
                    .await();
            loop.createTask(() -> assertNull(MDC.get(KEY))).await();
            assertNull(MDC.get(KEY));
        });
    }

    @Test
    void task_startedEagerly_hasThemToo() {
        MDC.put(KEY, "caller");
        loop.runUntilComplete(() -> {
            loop.createTask(() -> trail.add(MDC.get(KEY)), TaskOptions.DEFAULT.eagerStart(true));
            assertEquals(List.of("caller"), trail);
        });
    }

    @Test
    void runCoroutineThreadsafe_hasThoseOfTheCallingThread() throws Exception {
        MDC.put(KEY, "main");
        String seen = loop.runUntilComplete(() -> Asyncio.toThread(() -> {
            MDC.put(KEY, "other thread");
            var future = Asyncio.runCoroutineThreadsafe(() -> MDC.get(KEY), loop);
            return future.get(30, TimeUnit.SECONDS);
        }));
        assertEquals("other thread", seen);
        assertEquals("nothing left over", loop.runUntilComplete(() -> {
            Future<String> inCallback = loop.createFuture();
            loop.callSoon(() -> inCallback.setResult(MDC.get(KEY)));
            assertNull(inCallback.await());
            return "nothing left over";
        }));
    }
}
