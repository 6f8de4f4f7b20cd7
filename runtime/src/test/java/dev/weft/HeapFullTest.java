package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What becomes of a loop when the heap is full: each scene of {@link HeapFull} in a JVM of its own, with little memory. J14 of the hazards, L10
 * of the loads. Four carriers, whatever the machine: a portable task that the JDK has no memory to put aside keeps one.
 */
@Timeout(100)
final class HeapFullTest {
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PARKED")
    void heapFull_inEachScene_isToldNobodyIsForgottenAndTheLoopAnswers(HeapFull.Scene scene) throws Exception {
        // Where all memory is what only the loop can free, the JDK's own scheduler runs out of it: its threads keep
        // their carriers then.
        assumeTrue(
                Modes.confined() || scene == HeapFull.Scene.TASK || scene == HeapFull.Scene.SUSPENDED,
                "not promised in portable mode");
        play(scene);
    }

    @Test
    void heapFull_whenATaskParksItself_loopGoesOnWithinASecondOnceThereIsMemory() throws Exception {
        assumeTrue(Modes.confined(), "in portable mode a task that parks itself holds the loop in any case");
        play(HeapFull.Scene.PARKED);
    }

    private static void play(HeapFull.Scene scene) throws Exception {
        var flags = List.of("-Xmx24m", "-XX:+UseSerialGC", "-Djdk.virtualThreadScheduler.parallelism=4");
        try (var child = ChildJvm.start(flags, Map.of(), HeapFull.class, scene.name())) {
            ChildJvm.Ended ended = child.await();
            assertEquals(0, ended.exitCode(), ended.output());
        }
    }
}
