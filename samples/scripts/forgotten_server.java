//JAVA 25+
//DEPS dev.weft:weft-runtime-io:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import dev.weft.io.*;

import static dev.weft.Asyncio.*;

/**
 * Does not end: it opens a server that it forgets to close, and waits until nothing is connected any more. {@code weft why PID} names what
 * is open, and in debug mode (weft run --debug) the line that opened it.
 */
Server openStatusPage() throws Exception {
    return Net.startServer((reader, writer) -> writer.write("fine\n".getBytes()), "127.0.0.1", 0);
}

void main() throws Exception {
    run(() -> {
        var server = openStatusPage();
        IO.println("working in process " + ProcessHandle.current().pid());
        server.waitClosed(); // who was to close it?
    });
}
