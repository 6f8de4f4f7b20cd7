//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;

import static dev.weft.Asyncio.*;

/** Says hello, and a second later the rest. */
void greet() {
    IO.println("Hello");
    sleep(seconds(1));
    IO.println("World");
}

void main() {
    run(() -> {
        var task = createTask(this::greet);
        task.await();
    });
}
