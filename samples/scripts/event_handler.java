//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import java.util.concurrent.TimeoutException;

import static dev.weft.Asyncio.*;

/** Handles events as they come, and notices when none has come for a second. */
void handleEvents(Queue<String> queue) {
    while (true) {
        String event;
        try {
            event = waitFor(queue::get, seconds(1));
        } catch (TimeoutException e) {
            IO.println("nothing for a second");
            continue;
        }
        IO.println("handling " + event);
        if (event.equals("quit")) {
            return;
        }
    }
}

void main() {
    run(() -> {
        var queue = new Queue<String>();
        var handler = createTask(() -> handleEvents(queue));
        for (var event : List.of("key", "click")) {
            sleep(seconds(0.3));
            queue.put(event);
        }
        sleep(seconds(1.5));
        queue.put("quit");
        handler.await();
        IO.println("events left: " + queue.qsize());
    });
}
