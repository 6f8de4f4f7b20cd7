//JAVA 25+
//DEPS dev.weft:weft-runtime-io:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import dev.weft.io.*;
import java.io.IOException;

import static dev.weft.Asyncio.*;

/** Waits for typed lines and for a timer at the same time; ends after ten seconds. */
class Input {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /** Called back whenever something was typed, and once more at the end of input. */
    void watch() {
        Stdio.addReader(this::read);
    }

    private void read() throws IOException {
        byte[] data = Stdio.stdin().read(4096);
        for (byte b : data) {
            if (b == '\n') {
                IO.println("you typed: " + line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else {
                line.write(b);
            }
        }
        if (data.length == 0) {
            Stdio.removeReader();
            IO.println("end of input");
        }
    }
}

void main() {
    run(() -> {
        var loop = getRunningLoop();
        new Input().watch();
        loop.callLater(seconds(5), () -> IO.println("five seconds are over"));
        IO.println("type something");
        sleep(seconds(10));
        IO.println("ten seconds are over");
    });
}
