package dev.weft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.foreign.OvertakingTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/**
 * What crosses threads, with real ones, for {@code ./mvnw -B verify -Pstress}: each protocol between threads under jcstress, what has a meaning of its own
 * under Lincheck, and all of it together under load. Ends by itself after some minutes; writes {@code target/stress.md}.
 */
final class StressRun {
    private static final int SECONDS_EACH = 5;
    private static final long HAND_OFFS = Long.getLong("weft.stress.handoffs", 10_000_000);
    private static final int POSTS_EACH = Integer.getInteger("weft.stress.posts", 1_000_000);
    private static final int LOOPS = Integer.getInteger("weft.stress.loops", 1_000);
    private static final int THREADS = 8;
    private static final Duration STALL = Duration.ofSeconds(1);

    private static final List<String> ROWS = new ArrayList<>();

    private interface Part {
        String run() throws Exception;
    }

    @AfterAll
    static void report() throws IOException {
        @Nullable String file = System.getProperty("weft.stress.report");
        if (file == null) {
            return; // one test of many, against a mutant
        }
        var text = new StringBuilder("# Cross-thread state under stress\n\n")
                .append("%d processors.%n%n".formatted(Runtime.getRuntime().availableProcessors()))
                .append("| subject | with | result | seconds |\n| --- | --- | --- | --- |\n");
        ROWS.stream().sorted().forEach(row -> text.append(row).append('\n'));
        Files.createDirectories(Path.of(file).toAbsolutePath().getParent());
        Files.writeString(Path.of(file), text, UTF_8);
    }

    // X1

    @Test
    void loop_fallsAsleepWhileAnotherThreadPosts_isWoken() throws Exception {
        jcstress("X1 loop falls asleep while a thread posts", "dev.weft.internal.loop.FallingAsleepStress");
    }

    @Test
    void inbox_twoThreads_losesNothingAndKeepsTheOrderOfEach() throws Exception {
        jcstress("X1 inbox", "dev.weft.internal.loop.InboxOrderStress");
    }

    @Test
    void fiber_wokenByTwoThreads_goesOnOnce() throws Exception {
        jcstress("X1 fiber woken twice", "dev.weft.internal.loop.WakeTwiceStress");
    }

    @Test
    void loop_closedWhileAFiberIsWoken_fiberGoesOnOutside() throws Exception {
        jcstress("X1 loop closed while a fiber is woken", "dev.weft.internal.loop.ClosingStress");
    }

    @Test
    void loop_holdsStillForALock_isWokenWhenItIsThere() throws Exception {
        jcstress("X1 loop holds still for a lock", "dev.weft.internal.loop.LockHoldStress");
    }

    // X2

    @Test
    void inbox_orderedByAModelChecker_isLinearisable() throws Exception {
        modelCheck("X2 inbox: add, isEmpty, drain", "dev.weft.internal.loop.InboxModel", 1_000);
    }

    @Test
    void inbox_underStress_isLinearisable() throws Exception {
        lincheck("X2 inbox: add, isEmpty, drain", "dev.weft.internal.loop.InboxModel");
    }

    // X3

    @Test
    void handle_cancelledWhileItRuns_isThroughOrNeverRuns() throws Exception {
        jcstress("X3 handle of callSoonThreadsafe", "dev.weft.ThreadsafeHandleStress");
    }

    @Test
    void handle_orderedByAModelChecker_isLinearisable() throws Exception {
        // Fewer, for each has a loop to go through.
        modelCheck("X3 handle: run, cancel, cancelled", "dev.weft.ThreadsafeHandleModel", 200);
    }

    @Test
    void handle_underStress_isLinearisable() throws Exception {
        lincheck("X3 handle: run, cancel, cancelled", "dev.weft.ThreadsafeHandleModel");
    }

    // X4

    @Test
    void baton_handedOverUnderForeignWakeUps_hasOneHolder() throws Exception {
        jcstress("X4 baton", "dev.weft.internal.coroutine.BatonStress");
    }

    @Test
    void baton_tenMillionTimes_hasOneHolderAndNeverStops() throws Exception {
        part("X4 baton", "grants, releases, cancellations, foreign wake-ups", () -> {
            BatonRing.Result result = new BatonRing(HAND_OFFS).run();
            assertTrue(result.handOffs() >= HAND_OFFS, result::toString);
            return "%,d hand-offs, %,d cancellations, longest pause %d ms"
                    .formatted(
                            result.handOffs(),
                            result.cancellations(),
                            result.longestStall().toMillis());
        });
    }

    @Test
    void baton_takenFromTasksThatWaitForForeignLocks_isGivenBack() throws Exception {
        part("X4 baton", "tasks overtaken while they wait for foreign locks", () -> {
            int rounds = 10_000;
            return "%,d rounds of eight tasks, the loop went on without one %,d times"
                    .formatted(rounds, OvertakingTest.stress(rounds));
        });
    }

    // X5

    @Test
    void loops_aThousandOnEightThreads_leaveNothing() throws Exception {
        part("X5 loops started and closed", THREADS + " threads", () -> {
            LoopChurn.Result result = LoopChurn.run(LOOPS, THREADS);
            return "%,d loops; threads %d before, %d after; descriptors %d before, %d after"
                    .formatted(
                            result.loops(),
                            result.threadsBefore(),
                            result.threadsAfter(),
                            result.descriptorsBefore(),
                            result.descriptorsAfter());
        });
    }

    // L5

    @Test
    void posts_intoAnIdleLoop_eachOnceAndInOrder() throws Exception {
        posts("L5 posts into an idle loop", false);
    }

    @Test
    void posts_intoABusyLoop_eachOnceAndInOrder() throws Exception {
        posts("L5 posts into a busy loop", true);
    }

    private static void posts(String subject, boolean busy) throws Exception {
        part(subject, THREADS + " threads", () -> {
            PostStress.Result result = new PostStress(THREADS, POSTS_EACH, busy).run();
            assertTrue(result.longestWait().compareTo(STALL) <= 0, result::toString);
            return "%,d calls, each once and in order; %,d wake-ups; longest wait of a call %d ms"
                    .formatted(
                            result.calls(),
                            result.wakeups(),
                            result.longestWait().toMillis());
        });
    }

    private static void jcstress(String subject, String test) throws Exception {
        part(subject, "jcstress", () -> StressTool.jcstress(test, SECONDS_EACH));
    }

    private static void modelCheck(String subject, String test, int invocations) throws Exception {
        part(subject, "Lincheck, model checking", () -> StressTool.lincheck(test, "model", 20, invocations));
    }

    private static void lincheck(String subject, String test) throws Exception {
        part(subject, "Lincheck, stress", () -> StressTool.lincheck(test, "stress", 100, 5_000));
    }

    private static void part(String subject, String with, Part part) throws Exception {
        long began = System.nanoTime();
        String result = "**failed**";
        try {
            result = part.run();
        } catch (TestAbortedException e) {
            result = "not run: " + e.getMessage();
            throw e;
        } finally {
            ROWS.add("| %s | %s | %s | %.1f |".formatted(subject, with, result, (System.nanoTime() - began) / 1e9));
        }
    }
}
