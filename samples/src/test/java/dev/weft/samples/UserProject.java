package dev.weft.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A project as a user has it: a POM that names Weft's artifacts, sources, tests. Maven builds it offline from a local repository
 * of its own that holds what {@code ./mvnw install} puts there, and no other Weft.
 *
 * <p>For integration tests: the jars have to be built. {@snippet :
 * var project = new UserProject(directory)
 *         .dependency("dev.weft:weft-runtime")
 *         .test("org.junit.jupiter:junit-jupiter")
 *         .file("src/test/java/HelloTest.java", "...");
 * project.maven("test").succeeded();
 * }
 */
final class UserProject {
    private static final Path ROOT = Path.of(System.getProperty("weft.root"));
    private static final Path JDK = Path.of(System.getProperty("java.home"));
    private static final long LIMIT_SECONDS = 120;

    private final Path directory;
    private final String version;
    private final StringBuilder dependencies = new StringBuilder();
    private String testArguments = "";

    /** How Maven ended. */
    record Built(int exitCode, String output) {
        Built succeeded() {
            assertEquals(0, exitCode, output);
            return this;
        }

        /** How many tests ran, of which none failed. */
        Built tested(int tests) {
            succeeded();
            assertTrue(output.contains("Tests run: %d, Failures: 0, Errors: 0, Skipped: 0".formatted(tests)), output);
            return this;
        }
    }

    /**
     * A project without sources.
     *
     * @param directory where it and its local repository go
     */
    UserProject(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory.toRealPath().resolve("project"));
        version = valueOf("version", Files.readString(ROOT.resolve("bom.xml")));
        install();
    }

    /** Adds a dependency {@code group:artifact} to compile and run with; the version comes from a BOM. */
    UserProject dependency(String coordinates) {
        return dependency(coordinates, "compile");
    }

    /** Adds a dependency {@code group:artifact} for tests; the version comes from a BOM. */
    UserProject test(String coordinates) {
        return dependency(coordinates, "test");
    }

    private UserProject dependency(String coordinates, String scope) {
        String[] parts = coordinates.split(":", -1);
        dependencies.append("""
            <dependency><groupId>%s</groupId><artifactId>%s</artifactId><scope>%s</scope></dependency>
            """.formatted(parts[0], parts[1], scope));
        return this;
    }

    /** Sets the arguments of the JVM that runs the tests. */
    UserProject testArguments(String arguments) {
        testArguments = arguments;
        return this;
    }

    /** Adds a file. */
    UserProject file(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    /** Runs the checkout's Maven in the project. */
    Built maven(String... goals) throws IOException, InterruptedException {
        file("pom.xml", pom());
        var command = new ArrayList<>(List.of(
                ROOT.resolve("mvnw").toString(),
                "-B",
                "-ntp",
                "-o",
                "-f",
                directory.resolve("pom.xml").toString(),
                "-Dmaven.repo.local=" + repository(),
                // What the build of Weft itself has downloaded serves here too, read only.
                "-Dmaven.repo.local.tail=" + System.getProperty("weft.maven.repository"),
                "-Dmaven.repo.local.tail.ignoreAvailability=true"));
        command.addAll(List.of(goals));
        Path log = directory.resolve("maven.log");
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", JDK.toString());
        builder.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        builder.environment().remove("MAVEN_ARGS");
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "Maven does not end");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return new Built(process.exitValue(), Files.readString(log));
    }

    private Path repository() {
        return directory.resolveSibling("repository");
    }

    /** Puts the artifacts where {@code ./mvnw install} does, but into the repository of this project. */
    private void install() throws IOException {
        install("weft-bom", ROOT.resolve("bom.xml"));
        install("weft-parent", ROOT.resolve("pom.xml"));
        for (String module : List.of("runtime", "runtime-io")) {
            Path jar = ROOT.resolve(module, "target", "weft-" + module + "-" + version + ".jar");
            assertTrue(Files.exists(jar), () -> jar + " is not there: run ./mvnw package first");
            install("weft-" + module, ROOT.resolve(module, "pom.xml"));
            Files.copy(jar, installed("weft-" + module).resolve(jar.getFileName()));
        }
    }

    private void install(String artifact, Path pom) throws IOException {
        Path folder = Files.createDirectories(installed(artifact));
        Files.copy(pom, folder.resolve(artifact + "-" + version + ".pom"));
    }

    private Path installed(String artifact) {
        return repository().resolve("dev", "weft", artifact, version);
    }

    /** The plugins are those that the build of Weft uses, which are there without a network. */
    private String pom() throws IOException {
        String weft = Files.readString(ROOT.resolve("pom.xml"));
        return """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
                <modelVersion>4.0.0</modelVersion>
                <groupId>com.example</groupId>
                <artifactId>user</artifactId>
                <version>1</version>
                <properties>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                    <maven.compiler.release>25</maven.compiler.release>
                </properties>
                <dependencyManagement>
                    <dependencies>
                        <dependency>
                            <groupId>dev.weft</groupId>
                            <artifactId>weft-bom</artifactId>
                            <version>%s</version>
                            <type>pom</type>
                            <scope>import</scope>
                        </dependency>
                        <dependency>
                            <groupId>org.junit</groupId>
                            <artifactId>junit-bom</artifactId>
                            <version>%s</version>
                            <type>pom</type>
                            <scope>import</scope>
                        </dependency>
                    </dependencies>
                </dependencyManagement>
                <dependencies>
            %s
                </dependencies>
                <build>
                    <plugins>
                        <plugin>
                            <artifactId>maven-resources-plugin</artifactId>
                            <version>%s</version>
                        </plugin>
                        <plugin>
                            <artifactId>maven-compiler-plugin</artifactId>
                            <version>%s</version>
                            <configuration>
                                <showWarnings>true</showWarnings>
                                <compilerArgs>
                                    <arg>-Xlint:all</arg>
                                    <arg>-Werror</arg>
                                </compilerArgs>
                            </configuration>
                        </plugin>
                        <plugin>
                            <artifactId>maven-surefire-plugin</artifactId>
                            <version>%s</version>
                            <configuration><argLine>%s</argLine></configuration>
                        </plugin>
                    </plugins>
                </build>
            </project>
            """.formatted(
                        version,
                        valueOf("junit.version", weft),
                        dependencies,
                        versionOf("maven-resources-plugin", weft),
                        versionOf("maven-compiler-plugin", weft),
                        versionOf("maven-surefire-plugin", weft),
                        testArguments);
    }

    private static String versionOf(String plugin, String pom) {
        return valueOf("version", pom.substring(pom.indexOf("<artifactId>" + plugin + "</artifactId>")));
    }

    private static String valueOf(String element, String pom) {
        var matcher = Pattern.compile("<%1$s>([^<]+)</%1$s>".formatted(Pattern.quote(element)))
                .matcher(pom);
        assertTrue(matcher.find(), element);
        return matcher.group(1);
    }
}
