package dev.weft.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user's project needs to build on Weft and to run: its artifacts, and nothing else. */
final class UserProjectIT {
    private static final String GREETER = """
        package user;

        import static dev.weft.Asyncio.*;

        import dev.weft.*;

        public final class Greeter {
            private Greeter() {}

            @Suspends
            public static String greet(String name) {
                Task<String> greeting = createTask(() -> {
                    sleep(millis(1));
                    return "Hello " + name;
                });
                return greeting.await();
            }
        }
        """;

    /** Over a socket, so that runtime-io is used too. */
    private static final String TEST = """
        package user;

        import static dev.weft.Asyncio.*;
        import static org.junit.jupiter.api.Assertions.assertEquals;

        import dev.weft.*;
        import dev.weft.io.*;
        import java.io.IOException;
        import java.nio.charset.StandardCharsets;
        import org.junit.jupiter.api.Test;

        class GreeterTest {
            @Test
            void greet_overASocket() throws Exception {
                String answer = run(() -> {
                    Server server = Net.startServer(GreeterTest::serve, "127.0.0.1", 0);
                    try (var client = Net.openConnection("127.0.0.1", server.port())) {
                        client.writer().write("Ann\\n".getBytes(StandardCharsets.UTF_8));
                        return new String(client.reader().readAll(), StandardCharsets.UTF_8);
                    } finally {
                        server.close();
                    }
                });
                assertEquals("Hello Ann", answer);
                assertEquals(MODULAR, Greeter.class.getModule().isNamed());
                assertEquals(MODULAR, Task.class.getModule().isNamed());
            }

            private static void serve(StreamReader reader, StreamWriter writer) throws IOException {
                try (writer) {
                    String name = new String(reader.readLine(), StandardCharsets.UTF_8).strip();
                    writer.write(Greeter.greet(name).getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        """;

    /** Tests that use Weft's own: one that passes under every seed, and one with a race. */
    private static final String WEFT_TEST = """
        package user;

        import static dev.weft.Asyncio.*;
        import static org.junit.jupiter.api.Assertions.assertEquals;

        import dev.weft.*;
        import dev.weft.io.*;
        import dev.weft.testing.*;
        import java.nio.charset.StandardCharsets;

        class NetworkTest {
            @WeftTest(seeds = 50)
            void badLine_comesThrough(SimNet net, TestLoop loop) throws Exception {
                SimHost server = net.host("server");
                net.everyLink().latency(millis(1), millis(50)).loss(0.1);
                Server listening = server.run(() -> Net.startServer(NetworkTest::serve, null, 80));
                try (var client = Net.openConnection("server", 80)) {
                    assertEquals("Hello", new String(client.reader().readAll(), StandardCharsets.UTF_8));
                }
                listening.close();
                listening.waitClosed();
            }

            private static void serve(StreamReader reader, StreamWriter writer) {
                writer.write("Hello".getBytes(StandardCharsets.UTF_8));
                writer.close();
            }

            @WeftTest(seeds = 200)
            void race_isFound() {
                var balance = new int[] {100};
                taskGroup(group -> {
                    for (int i = 0; i < 2; i++) {
                        group.createTask(() -> {
                            int before = balance[0];
                            yieldNow();
                            balance[0] = before - 10;
                        });
                    }
                });
                assertEquals(80, balance[0]);
            }
        }
        """;

    @TempDir
    Path directory;

    @Test
    void classPath_projectWithTheArtifactsAlone_buildsAndRunsConfined() throws Exception {
        project("false")
                .testArguments("--add-opens=java.base/java.lang=ALL-UNNAMED")
                .maven("test")
                .tested(1);
    }

    @Test
    void modulePath_projectWithTheArtifactsAlone_buildsAndRunsConfined() throws Exception {
        project("true")
                .file(
                        "src/main/java/module-info.java",
                        "module user { requires transitive dev.weft.io; exports user; }\n")
                // The second one, because Maven takes JUnit for a module here: dev.weft.testing may use it.
                .testArguments("--add-opens=java.base/java.lang=dev.weft --add-reads=user=org.junit.jupiter.api")
                .maven("test")
                .tested(1);
    }

    @Test
    void classPath_testsOnVirtualTime_runAndNameTheSeedOfARace() throws Exception {
        var built = new UserProject(directory)
                .dependency("dev.weft:weft-runtime-io")
                .test("org.junit.jupiter:junit-jupiter")
                .file("src/test/java/user/NetworkTest.java", WEFT_TEST)
                .testArguments("--add-opens=java.base/java.lang=ALL-UNNAMED")
                .maven("test");
        assertEquals(1, built.exitCode(), built.output());
        assertTrue(built.output().contains("Tests run: 51, Failures: 1, Errors: 0, Skipped: 0"), built.output());
        assertTrue(built.output().contains("-Dweft.seed=0 runs it again"), built.output());
    }

    private UserProject project(String modular) throws Exception {
        return new UserProject(directory)
                .dependency("dev.weft:weft-runtime-io")
                .test("org.junit.jupiter:junit-jupiter")
                .file("src/main/java/user/Greeter.java", GREETER)
                .file("src/test/java/user/GreeterTest.java", TEST.replace("MODULAR", modular));
    }
}
