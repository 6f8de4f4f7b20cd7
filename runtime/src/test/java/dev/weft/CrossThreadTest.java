package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What crosses threads, for a second each; {@code -Pstress} does the same for minutes, and looks at each piece with jcstress and Lincheck. */
@Timeout(60)
final class CrossThreadTest {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void callSoonThreadsafe_fromEightThreads_eachOnceAndInOrder(boolean busy) throws Exception {
        PostStress.Result result = new PostStress(8, 20_000, busy).run();
        assertEquals(160_000, result.calls());
    }

    @Test
    void baton_handedRoundWhileOthersDisturb_hasOneHolderAndNeverStops() throws Exception {
        BatonRing.Result result = new BatonRing(100_000).run();
        assertTrue(result.handOffs() >= 100_000, result::toString);
        assertTrue(result.cancellations() > 0, result::toString);
    }

    @Test
    void loops_startedAndClosedOnEightThreads_leaveNothing() throws Exception {
        LoopChurn.Result result = LoopChurn.run(100, 8);
        assertEquals(result.threadsBefore(), result.threadsAfter());
    }
}
