package dev.weft.io;

import dev.weft.Asyncio;
import java.nio.file.Path;

/** A program of its own, which is told to end: has a child, and a server at a Unix socket, and closes neither. */
final class ExitMain {
    private ExitMain() {}

    public static void main(String[] arguments) throws Exception {
        Asyncio.run(() -> {
            Net.startUnixServer((reader, writer) -> {}, Path.of(arguments[0]));
            Subprocess child = Subprocess.exec("sleep", "1000");
            System.out.println(child.pid());
            try {
                if (arguments[1].equals("exit")) {
                    Asyncio.createTask(() -> Asyncio.toThread(() -> System.exit(7)));
                }
                Asyncio.sleep(Asyncio.seconds(1_000));
            } finally {
                Asyncio.yieldNow();
                System.out.println("cleaned up");
            }
        });
    }
}
