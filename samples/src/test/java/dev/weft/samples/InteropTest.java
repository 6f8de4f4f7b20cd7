package dev.weft.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The samples of {@code interop/}, run as a user does, against the real thing. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class InteropTest {
    private static final int JOBS = 40;
    private static final Pattern DID = Pattern.compile("(?:ann|bob) did (\\d+)\n");

    @Test
    void jdbc_threeSlowTransactions_leaveTheLoopFree() throws Exception {
        assertPrints("jdbc", "rows inserted: [1, 1, 1]\norders: 3\nthe loop went on meanwhile\n");
    }

    @Test
    void httpClient_serverOnTheSameLoop_isAnswered() throws Exception {
        assertPrints("http_client", "hello future\nhello task\ntoo slow for 20 ms\n");
    }

    @Test
    void completableFuture_bothWays_passesResultsFailuresAndCancels() throws Exception {
        assertPrints(
                "completable_future", "42\nFor input string: \"six\"\ncancelled: true\n14\nasked for by a thread\n");
    }

    @Test
    void flow_publisherOfATasksItems_isReceivedInOrder() throws Exception {
        assertPrints("flow", "received 1\nreceived 4\nreceived 9\nreceived 16\nreceived 25\nsum 55\n");
    }

    @Test
    void micrometer_registryOfAnotherThread_readsTheLoopsNumbers() throws Exception {
        assertPrints("micrometer", "tasks: 4\ntimers: 3\ncreated: 4\n");
    }

    @Test
    void helidon_requestsAtOnce_areCountedOnTheLoop() throws Exception {
        try (var sample = sample("helidon")) {
            var ended = sample.await();
            assertTrue(ended.output().lines().anyMatch("tea: 10"::equals), () -> ended.output() + ended.errors());
            assertEquals(0, ended.exitCode(), ended::errors);
        }
    }

    @Test
    void redis_blockingPop_leavesTheLoopFree(@TempDir Path directory) throws Exception {
        try (var redis = RedisServer.start(directory)) {
            assertPrints("redis", "waiting, after 5 ticks\nreceived: hello from a task\n", redis.port());
        }
    }

    @Test
    void redisWorkers_oneIsKilled_theOthersLoseNothing(@TempDir Path directory) throws Exception {
        try (var redis = RedisServer.start(directory)) {
            assertPrints("redis_workers", "produced " + JOBS + "\n", redis.port(), "produce", Integer.toString(JOBS));
            try (var victim = sample("redis_workers", redis.port(), "hang", "victim")) {
                assertEquals("victim took [1, 2, 3, 4]", victim.readLine());
            } // which kills it, with four jobs in hand
            try (var ann = worker(redis, "ann");
                    var bob = worker(redis, "bob");
                    var client = redis.client()) {
                assertTrue(did(ann) + did(bob) >= JOBS, "a job that nobody did");
                assertEquals(JOBS, client.hlen("weft:done"), "jobs with a result");
                assertEquals(0, client.xpending("weft:jobs", "workers").getTotal(), "jobs taken and not done");
            }
        }
    }

    private static SampleProcess worker(RedisServer redis, String name) throws Exception {
        return sample("redis_workers", redis.port(), "work", name, Integer.toString(JOBS));
    }

    private static int did(SampleProcess worker) throws Exception {
        var ended = worker.await();
        assertEquals(0, ended.exitCode(), ended::errors);
        var did = DID.matcher(ended.output());
        assertTrue(did.matches(), ended::output);
        return Integer.parseInt(did.group(1));
    }

    private static void assertPrints(String name, String expected, String... args) throws Exception {
        try (var sample = sample(name, args)) {
            var ended = sample.await();
            assertEquals(expected, ended.output(), ended::errors);
            assertEquals(0, ended.exitCode(), ended::errors);
        }
    }

    private static SampleProcess sample(String name, String... args) throws Exception {
        var command = new ArrayList<>(List.of("run", "../interop/" + name + ".java"));
        command.addAll(List.of(args));
        return SampleProcess.weft(command);
    }
}
