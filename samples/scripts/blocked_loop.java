//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;

import static dev.weft.Asyncio.*;

/**
 * Blocks its loop for a while: one task counts without ever waiting, and nobody else gets a turn. In debug mode (weft run --debug) the log
 * names the task; {@code weft ps PID} and {@code weft dump PID} answer meanwhile and name the line.
 */
long count(double forSeconds) {
    long end = System.nanoTime() + seconds(forSeconds).toNanos();
    long count = 0;
    while (System.nanoTime() < end) {
        count++;
    }
    return count;
}

void main(String[] args) {
    double forSeconds = args.length > 0 ? Double.parseDouble(args[0]) : 5;
    run(() -> {
        createTask(
                () -> {
                    while (true) {
                        sleep(millis(100));
                    }
                },
                "starving");
        IO.println("blocking process " + ProcessHandle.current().pid());
        createTask(() -> count(forSeconds), "counter").await();
        IO.println("done");
    });
}
