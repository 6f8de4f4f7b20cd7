package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.gatherMap;
import static dev.weft.Asyncio.map;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Asyncio#map} and {@link Asyncio#gatherMap}. */
final class MapTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void map_results_comeInInputOrder() {
        loop.run(() -> {
            List<String> results = map(List.of(3, 1, 2), 10, number -> {
                sleep(seconds(number));
                trail.add(number);
                return "n" + number;
            });
            assertEquals(List.of("n3", "n1", "n2"), results);
            assertEquals(List.of(1, 2, 3), trail);
        });
    }

    @Test
    void map_limit_isNeverExceededAndAlwaysUsed() {
        loop.run(() -> {
            var running = new AtomicInteger();
            List<Integer> items = IntStream.range(0, 30).boxed().toList();
            List<Integer> results = map(items, 3, item -> {
                trail.add(running.incrementAndGet());
                sleep(seconds(item % 3 + 1));
                running.decrementAndGet();
                return item;
            });
            assertEquals(items, results);
            assertEquals(3, trail.stream().mapToInt(n -> (Integer) n).max().orElseThrow());
            // 10 × (1 + 2 + 3) s of work for three at a time
            assertTrue(loop.time() <= seconds(23).toNanos(), () -> "took " + loop.time());
        });
    }

    @Test
    void map_firstFailure_cancelsTheRest() {
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> map(List.of(1, 2, 3, 4, 5), 2, item -> {
                        trail.add("start " + item);
                        try {
                            sleep(seconds(item));
                        } catch (CancelledError e) {
                            trail.add("cancel " + item);
                            throw e;
                        }
                        if (item == 2) {
                            throw new IOException("item 2");
                        }
                        return item;
                    }));
            assertEquals("item 2", group.exceptions().get(0).getMessage());
            assertEquals(1, group.exceptions().size());
            assertEquals(List.of("start 1", "start 2", "start 3", "cancel 3"), trail);
            assertEquals(seconds(2).toNanos(), loop.time());
        });
    }

    @Test
    void map_eachItem_hasATaskAndAContextOfItsOwn() {
        loop.run(() -> {
            ContextVar<Integer> variable = ContextVar.of("variable");
            List<Boolean> present = map(List.of(1, 2, 3), 1, item -> {
                boolean leaked = variable.get(0) != 0;
                variable.set(item);
                return leaked;
            });
            assertEquals(List.of(false, false, false), present);
        });
    }

    @Test
    void map_nullsAndNothing_areFine() {
        loop.run(() -> {
            assertEquals(Arrays.asList(null, "b"), map(Arrays.asList(null, "b"), 1, item -> item));
            assertEquals(List.of(), map(List.of(), 1, item -> item));
        });
    }

    @Test
    void map_limitBelowOne_isRejected() {
        loop.run(() -> {
            assertThrows(IllegalArgumentException.class, () -> map(List.of(1), 0, item -> item));
        });
    }

    @Test
    void map_callerCancelled_cancelsTheTasks() {
        loop.run(() -> {
            Task<?> caller = createTask(() -> map(List.of(1, 2, 3), 2, item -> sleep(seconds(100), item)));
            yieldNow();
            yieldNow();
            caller.cancel("enough");
            var error = assertThrows(CancelledError.class, caller::await);
            assertEquals("enough", error.getMessage());
            assertEquals(1, Asyncio.allTasks().size());
        });
    }

    @Test
    void gatherMap_values_comeUnderTheirKeysInOrder() {
        loop.run(() -> {
            var coroutines = new LinkedHashMap<String, Coroutine<Integer>>();
            coroutines.put("z", () -> sleep(seconds(3), 26));
            coroutines.put("a", () -> sleep(seconds(1), 1));
            coroutines.put("none", () -> null);
            Map<String, Integer> values = gatherMap(coroutines).await();
            assertEquals(List.of("z", "a", "none"), List.copyOf(values.keySet()));
            assertEquals(26, values.get("z"));
            assertEquals(1, values.get("a"));
            assertTrue(values.containsKey("none"));
            assertThrows(UnsupportedOperationException.class, values::clear);
        });
    }

    @Test
    void gatherMap_oneFails_failsLikeGather() {
        loop.run(() -> {
            var coroutines = new LinkedHashMap<String, Coroutine<Integer>>();
            coroutines.put("slow", () -> sleep(seconds(3), 26));
            coroutines.put("failing", () -> {
                throw new IOException("no");
            });
            Future<Map<String, Integer>> all = gatherMap(coroutines);
            assertThrows(IOException.class, all::await);
            assertEquals(0, loop.time());
            sleep(seconds(3)); // the other one goes on
            assertEquals(
                    Map.of(), gatherMap(Map.<String, Coroutine<Integer>>of()).await());
        });
    }
}
