package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Ten million mutated requests, a hundred thousand from each seed, or as many as five minutes allow: {@code ./mvnw -B verify -Pfaults}. */
final class HttpFuzzRun {
    private static final int SEEDS = 100;
    private static final int INPUTS = 100_000;
    private static final long LIMIT_NANOS = 300_000_000_000L;

    @Test
    void mutatedRequests_ofManySeeds_throwNothingButTheProtocolError() {
        long began = System.nanoTime();
        int seed = 0;
        while (seed < SEEDS && System.nanoTime() - began < LIMIT_NANOS) {
            new HttpFuzzTest().fuzz(seed++, INPUTS);
        }
        System.out.printf("%d mutated requests in %.0f s%n", (long) seed * INPUTS, (System.nanoTime() - began) / 1e9);
        assertTrue(seed > 1, "too slow to tell");
    }
}
