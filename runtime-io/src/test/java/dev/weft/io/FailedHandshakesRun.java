package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A thousand failing handshakes a second, for ten seconds: {@code ./mvnw -B verify -Pfaults}. */
final class FailedHandshakesRun {
    @Test
    void thousandASecond_leaveNothingAndDelayOthersLittle() throws Exception {
        FailedHandshakes.run(100, 10, Duration.ZERO); // compiles what is needed
        long began = System.nanoTime();
        List<Long> waits = FailedHandshakes.run(1000, 10, Duration.ofMillis(10)).stream()
                .sorted()
                .toList();
        double seconds = (System.nanoTime() - began) / 1e9;
        double p99 = waits.get(waits.size() * 99 / 100) / 1e6;
        System.out.printf(
                "10000 failed handshakes in %.1f s, an answer took %.1f ms at p50, %.1f ms at p99%n",
                seconds, waits.get(waits.size() / 2) / 1e6, p99);
        assertTrue(p99 <= 100, p99 + " ms");
    }
}
