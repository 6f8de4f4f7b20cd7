import dev.weft.*;
import dev.weft.io.*;
import java.io.IOException;

import static dev.weft.Asyncio.*;

/** Waits for typed lines and for a timer at the same time; ends after ten seconds. */
void watchInput() throws IOException {
    // Standard input is a stream in Java, not a channel a selector could watch: a task reads it.
    for (var line : Stdio.stdin().lines(StandardCharsets.UTF_8)) {
        IO.println("you typed: " + line.stripTrailing());
    }
    IO.println("end of input");
}

void main() {
    run(() -> {
        var loop = getRunningLoop();
        createTask(() -> watchInput());
        loop.callLater(seconds(5), () -> IO.println("five seconds are over"));
        IO.println("type something");
        sleep(seconds(10));
        IO.println("ten seconds are over");
    });
}
