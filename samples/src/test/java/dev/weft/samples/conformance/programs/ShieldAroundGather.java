package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** A shield around a gather keeps the caller's cancel from all of its children. */
final class ShieldAroundGather implements Program {
    private String child(String name, int ms) {
        sleep(millis(ms));
        trace(name, "ends");
        return name;
    }

    @Override
    public void main() {
        var gathered = gather(() -> child("a", 20), () -> child("b", 30));
        var shielded = createTask(() -> waitForIt(gathered));
        sleep(millis(10));
        shielded.cancel();
        Asyncio.wait(List.of(shielded));
        trace("caller", outcome(shielded), "gather", outcome(gathered));
        trace(gathered.await());
    }

    private List<String> waitForIt(Future<List<String>> gathered) {
        return shield(gathered).await();
    }
}
