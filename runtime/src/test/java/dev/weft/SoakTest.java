package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form of the soak: about 100,000 operations. {@code ./mvnw -B verify -Psoak} runs 10,000,000. */
final class SoakTest {
    private static final int SEEDS = Integer.getInteger("weft.soak.seeds", 9);
    private static final int OPERATIONS = Integer.getInteger("weft.soak.operations", 4_000);

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 50, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a hundred times what it takes
    void soak_anySeed_holdsAllInvariantsAndDoesTheSameTwice(Soak.Order order) {
        long cancellations = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Soak.Result once = new Soak(seed, order, OPERATIONS).run();
            if (seed % 3 == 0) {
                assertEquals(once, new Soak(seed, order, OPERATIONS).run(), "I16");
            }
            cancellations += once.cancellations();
        }
        assertTrue(cancellations > (long) SEEDS * OPERATIONS / 40, "hardly anything was cancelled: " + cancellations);
    }
}
