package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.io.faults.FaultSweep;
import dev.weft.io.faults.FaultyProvider;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a program when the N-th call of the system fails. The other scenarios: {@code ./mvnw -B verify -Pfaults}. */
final class FaultsTest {
    static final List<String> FLAGS = List.of(
            "-Djava.nio.channels.spi.SelectorProvider=" + FaultyProvider.class.getName(),
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED");

    @Test
    void connect_eachCallFailsOnceAndForGood_endsWithAnErrorAndLeavesNothing() throws Exception {
        String output = SubJvm.run(List.of(), FLAGS, FaultSweep.class, "CONNECT");
        assertTrue(output.contains("all is well"), output);
    }
}
