//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;

import static dev.weft.Asyncio.*;

/**
 * Hangs, and tells nobody: the reporter waits for a figure that the worker never puts into the queue, since a day on which nothing was
 * sold ends the worker early. {@code weft pstree PID} names the line.
 */
Integer total(Queue<Integer> figures, int days) {
    int sum = 0;
    for (int day = 0; day < days; day++) {
        sum += figures.get();
    }
    return sum;
}

void work(Queue<Integer> figures, int[] sold) {
    for (int figure : sold) {
        if (figure == 0) {
            return; // should have been: continue, or better, figures.put(0)
        }
        figures.put(figure);
    }
}

void main() {
    run(() -> {
        var figures = new Queue<Integer>();
        var sold = new int[] {5, 3, 0, 4};
        createTask(() -> work(figures, sold), "worker");
        var reporter = createTask(() -> total(figures, sold.length), "reporter");
        // A server would do this until it is stopped; it also keeps the JVM from seeing that nothing is left to do.
        createTask(
                () -> {
                    while (true) {
                        sleep(seconds(1));
                    }
                },
                "heartbeat");
        IO.println("waiting for the report in process " + ProcessHandle.current().pid());
        IO.println("sold: " + reporter.await());
    });
}
