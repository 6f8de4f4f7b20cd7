//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;

import static dev.weft.Asyncio.*;

/** What is asked for before the loop runs happens first thing when it does. */
void main() {
    try (var runner = new Runner()) {
        var loop = runner.getLoop();
        Future<Void> finished = loop.createFuture();
        loop.callWhenRunning(() -> {
            IO.println("running");
            loop.callLater(seconds(0.1), () -> {
                IO.println("stopping");
                finished.setResult(null);
            });
        });
        runner.onShutdown(() -> IO.println("shutting down"));
        IO.println("not running yet");
        runner.run(finished);
    }
    IO.println("over");
}
