package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.io.faults.FaultSweep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All scenarios, in some minutes: {@code ./mvnw -B verify -Pfaults}, which writes {@code target/faults-MODE.md}. */
final class FaultsRun {
    @Test
    void allScenarios_eachCallFailsOnceAndForGood_endWithAnErrorAndLeaveNothing() throws Exception {
        String output = SubJvm.run(List.of(), FaultsTest.FLAGS, FaultSweep.class);
        System.out.println(output);
        String mode = System.getProperty("weft.test.mode", "confined");
        Path report = Path.of(System.getProperty("basedir", "."), "target", "faults-" + mode + ".md");
        Files.createDirectories(report.getParent());
        Files.writeString(report, "# The N-th call fails, " + mode + "\n\n```\n" + output + "```\n");
        assertTrue(output.contains("all is well"), output);
    }
}
