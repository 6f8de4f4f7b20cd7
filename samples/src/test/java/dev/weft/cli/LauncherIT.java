package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shell scripts {@code weft}, {@code mvnw} and {@code .mvn/find-jdk.sh}, in a small checkout made for the test. Maven is
 * played there by a script that notes each build and puts the real jar in place.
 */
final class LauncherIT {
    private static final String BUILDING =
            "weft: building (this takes a moment, and only happens when sources have changed)\n";

    @TempDir
    Path directory;

    private Path root;
    private Path jar;
    private Path builds;

    @BeforeEach
    void checkOut() throws IOException {
        root = directory.resolve("check out"); // with a space, which every quote in the scripts has to survive
        jar = root.resolve("samples/target/weft.jar");
        builds = directory.resolve("builds");
        for (String module : List.of("runtime", "runtime-io", "samples")) {
            Files.createDirectories(root.resolve(module).resolve("src/main/java"));
            Files.writeString(root.resolve(module).resolve("pom.xml"), "<project/>");
            Files.writeString(root.resolve(module).resolve("src/main/java/A.java"), "class A {}");
        }
        Files.writeString(root.resolve("bom.xml"), "<project/>");
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Files.createDirectories(root.resolve(".mvn/wrapper"));
        copy("weft");
        copy(".mvn/find-jdk.sh");
        script(root.resolve("mvnw"), """
            echo "$@" >>'%s'
            echo noise of the build
            mkdir -p '%s'
            cp '%s' '%s'
            """.formatted(builds, jar.getParent(), Program.jar(), jar));
        Files.writeString(directory.resolve("hello.java"), "void main(String[] args) { IO.println(args.length); }");
        makeOld(root);
    }

    @Test
    void weft_noJar_buildsThenRuns() throws Exception {
        assertEquals(new Program(0, "2\n", BUILDING), weft("hello.java", "a b", ""));

        assertEquals(1, Files.readAllLines(builds).size());
        assertTrue(Files.readString(builds).contains(" -pl samples -am package "), () -> "asks for the jar alone");
    }

    @Test
    void weft_jarUpToDate_runsAtOnce() throws Exception {
        weft("hello.java");

        assertEquals(new Program(0, "0\n", ""), weft("hello.java"));
        assertEquals(1, Files.readAllLines(builds).size());
    }

    @Test
    void weft_anySourceChanged_buildsAgain() throws Exception {
        weft("hello.java");
        int expected = 1;
        for (String source : List.of(
                "bom.xml",
                "pom.xml",
                "runtime/pom.xml",
                "runtime/src/main/java/A.java",
                "runtime-io/src/main/java/A.java",
                "samples/src/main/java")) {
            makeYoung(root.resolve(source));
            assertEquals(BUILDING, weft("hello.java").err(), source);
            makeOld(root);
            assertEquals("", weft("hello.java").err(), source);
            expected++;
            assertEquals(expected, Files.readAllLines(builds).size());
        }
    }

    @Test
    void weft_sourceChangedDuringTheBuild_isBuiltAgainNextTime() throws Exception {
        Path source = root.resolve("runtime/src/main/java/A.java");
        script(root.resolve("mvnw"), """
            echo build >>'%s'
            mkdir -p '%s'
            until [ '%s' -nt '%s' ]; do
                touch '%s'
            done
            cp '%s' '%s'
            """.formatted(
                builds, jar.getParent(), source, root.resolve(".weft/build.started"), source, Program.jar(), jar));

        assertEquals(BUILDING, weft("hello.java").err());
        assertEquals(BUILDING, weft("hello.java").err());
    }

    @Test
    void weft_buildFails_showsTheErrorsAndWhereTheRestIs() throws Exception {
        script(root.resolve("mvnw"), "echo noise; echo '[ERROR] A.java:[1,2] missing'; exit 7\n");

        Program program = weft("hello.java");

        assertEquals(1, program.exitCode());
        assertEquals("", program.out());
        assertEquals(
                BUILDING + "[ERROR] A.java:[1,2] missing\nweft: the build failed; all of its output is in "
                        + root.toRealPath().resolve(".weft/build.log") + "\n",
                program.err());
        assertFalse(Files.exists(root.resolve(".weft/build.lock")), "the next run may try again");
    }

    @Test
    void weft_lockOfADeadBuild_isTakenOver() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.createDirectories(root.resolve(".weft"));
        Files.createSymbolicLink(root.resolve(".weft/build.lock"), Path.of(Long.toString(dead.pid())));

        assertEquals(new Program(0, "0\n", BUILDING), weft("hello.java"));
    }

    @Test
    void weft_twoAtOnce_buildOnce() throws Exception {
        var started = new ArrayList<Process>();
        for (int i = 0; i < 2; i++) {
            var builder = new ProcessBuilder(root.resolve("weft").toString(), "hello.java")
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("out" + i).toFile());
            builder.environment().putAll(environment());
            started.add(builder.start());
        }
        for (int i = 0; i < 2; i++) {
            assertEquals(0, started.get(i).waitFor());
            assertTrue(Files.readString(directory.resolve("out" + i)).endsWith("0\n"));
        }

        assertEquals(1, Files.readAllLines(builds).size());
    }

    @Test
    void weft_newJar_trainsTheJvmOnce() throws Exception {
        var environment = new HashMap<>(environment());
        environment.remove("WEFT_AOT");
        String[] command = {root.resolve("weft").toString(), "hello.java"};

        Program first = Program.run(directory, environment, command);
        Program second = Program.run(directory, environment, command);

        assertEquals(
                new Program(0, "0\n", BUILDING + "weft: preparing faster starts (once after each build)\n"), first);
        assertEquals(new Program(0, "0\n", ""), second);
        String log = Files.readString(root.resolve(".weft/build.log"));
        assertTrue(log.contains("\ntrained\n"), () -> "the training program ran: " + log);
        assertTrue(Files.size(root.resolve("samples/target/weft.aot")) > 1_000_000, log);
    }

    @Test
    void weft_trainingForAnotherJar_isPassedOverInSilence() throws Exception {
        weft("hello.java");
        Path aot = root.resolve("samples/target/weft.aot");
        Files.writeString(aot, "no such thing as an archive");
        var environment = new HashMap<>(environment());
        environment.remove("WEFT_AOT");

        assertEquals(
                new Program(0, "0\n", ""),
                Program.run(directory, environment, root.resolve("weft").toString(), "hello.java"));
    }

    @Test
    void weft_calledThroughALink_findsItsCheckout() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("w"), Path.of("check out/weft"));

        assertEquals(
                new Program(0, "0\n", BUILDING), Program.run(directory, environment(), link.toString(), "hello.java"));
    }

    @Test
    void weft_programsExitCode_isItsOwn() throws Exception {
        Files.writeString(directory.resolve("exit.java"), "void main() { System.exit(42); }");

        assertEquals(42, weft("exit.java").exitCode());
    }

    @Test
    void findJdk_javaHomeOfAnotherVersion_looksElsewhere() throws Exception {
        Path old = fakeJdk("jdk-17", "17.0.15");
        fakeJdk("jvm/jdk-21", "21.0.2");
        Path wanted = fakeJdk("jvm/jdk-25", "25.0.1");

        assertEquals(
                new Program(0, wanted + "\n", ""),
                findJdk(Map.of("JAVA_HOME", old.toString(), "WEFT_JDK_DIRS", directory + "/jvm/*")));
    }

    @Test
    void findJdk_javaHomeFits_isTakenFirst() throws Exception {
        Path home = fakeJdk("mine", "25");
        fakeJdk("jvm/jdk-25", "25.0.1");

        assertEquals(
                new Program(0, home + "\n", ""),
                findJdk(Map.of("JAVA_HOME", home.toString(), "WEFT_JDK_DIRS", directory + "/jvm/*")));
    }

    @Test
    void findJdk_variableOfACiImage_isSeen() throws Exception {
        Path home = fakeJdk("mine", "25-ea");
        for (String name : List.of("JDK_25", "JAVA25_HOME", "JAVA_HOME_25_X64", "JDK25_HOME")) {
            assertEquals(
                    new Program(0, home + "\n", ""),
                    findJdk(Map.of(name, home.toString(), "WEFT_JDK_DIRS", directory + "/jvm/*")),
                    name);
        }
    }

    @Test
    void findJdk_javaOnThePath_isFollowedThroughItsLinks() throws Exception {
        Path home = fakeJdk("somewhere/jdk", "25.0.1");
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("alternative"), home.resolve("bin/java"));
        Files.createSymbolicLink(bin.resolve("java"), Path.of("alternative"));

        assertEquals(
                new Program(0, home + "\n", ""),
                findJdk(Map.of("PATH", bin + ":/usr/bin:/bin", "WEFT_JDK_DIRS", directory + "/jvm/*")));
    }

    @Test
    void findJdk_toolchainsFile_isRead() throws Exception {
        Path home = fakeJdk("hidden jdk", "25.0.1");
        Path m2 = Files.createDirectories(directory.resolve("user/.m2"));
        Files.writeString(m2.resolve("toolchains.xml"), """
            <toolchains>
              <toolchain><configuration><jdkHome>/nowhere</jdkHome></configuration></toolchain>
              <toolchain><configuration>
                <jdkHome>%s</jdkHome>
              </configuration></toolchain>
            </toolchains>
            """.formatted(home));

        assertEquals(
                new Program(0, home + "\n", ""),
                findJdk(Map.of("HOME", directory.resolve("user").toString(), "WEFT_JDK_DIRS", directory + "/jvm/*")));
    }

    @Test
    void findJdk_runtimeWithoutCompiler_doesNotCount() throws Exception {
        Path jre = fakeJdk("jvm/jre-25", "25.0.1");
        Files.delete(jre.resolve("bin/javac"));

        assertEquals(1, findJdk(Map.of("WEFT_JDK_DIRS", directory + "/jvm/*")).exitCode());
    }

    @Test
    void findJdk_none_saysWhatWasSearchedAndWhatToDo() throws Exception {
        Path old = fakeJdk("jdk-17", "17.0.15");
        fakeJdk("jvm/jdk-250", "250.0.1");
        String message =
                "Weft needs a JDK 25 and found none in JAVA_HOME (%s), on the PATH or under %s: install one, for instance from https://adoptium.net, or set JAVA_HOME to it.\n"
                        .formatted(old, directory + "/jvm/*");
        Map<String, String> environment = Map.of(
                "JAVA_HOME",
                old.toString(),
                "PATH",
                "/usr/bin:/bin",
                "WEFT_JDK_DIRS",
                directory + "/jvm/*",
                "HOME",
                directory.toString());

        assertEquals(new Program(1, "", message), findJdk(environment));
        assertEquals(
                new Program(1, "", message),
                Program.run(directory, environment, root.resolve("weft").toString(), "hello.java"));
        copy("mvnw");
        assertEquals(
                new Program(1, "", message),
                Program.run(directory, environment, root.resolve("mvnw").toString(), "-v"));
    }

    @Test
    void mvnw_mavenCannotBeFetched_usesARecentOneOnThePath() throws Exception {
        copy("mvnw");
        Path bin = installedMaven("3.8.7");

        Program program = mvnwWithoutNetwork(bin);

        assertEquals(0, program.exitCode(), program::err);
        assertEquals("ran verify -Dx=a b\n", program.out());
        assertTrue(
                program.err().endsWith("; using the installed Maven 3.8.7 (" + bin.resolve("mvn") + ") instead\n"),
                program::err);
    }

    @Test
    void mvnw_mavenCannotBeFetchedAndTheInstalledIsTooOld_saysSo() throws Exception {
        copy("mvnw");
        for (String version : List.of("3.6.3", "3.8.6", "2.2.1")) {
            Program program = mvnwWithoutNetwork(installedMaven(version));

            assertEquals(1, program.exitCode());
            assertTrue(program.err().endsWith(", and no Maven 3.8.7 or newer is on the PATH\n"), program::err);
        }
    }

    @Test
    void mvnw_mavenCannotBeFetchedAndTheInstalledIsNewer_usesIt() throws Exception {
        copy("mvnw");
        for (String version : List.of("3.8.8", "3.8.10", "3.9.0", "3.10.1", "4.0.0")) {
            assertEquals(0, mvnwWithoutNetwork(installedMaven(version)).exitCode(), version);
        }
    }

    private Program weft(String... args) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(root.resolve("weft").toString()));
        command.addAll(List.of(args));
        return Program.run(directory, environment(), command.toArray(String[]::new));
    }

    private Program findJdk(Map<String, String> environment) throws IOException, InterruptedException {
        var all = new HashMap<>(Map.of("PATH", "/usr/bin:/bin", "HOME", directory.toString()));
        all.putAll(environment);
        return Program.run(directory, all, root.resolve(".mvn/find-jdk.sh").toString());
    }

    private Program mvnwWithoutNetwork(Path bin) throws IOException, InterruptedException {
        var environment = new HashMap<>(environment());
        environment.put("PATH", bin + ":/usr/bin:/bin");
        environment.put("MVNW_REPOURL", "https://localhost:1");
        return Program.run(directory, environment, root.resolve("mvnw").toString(), "verify", "-Dx=a b");
    }

    private Map<String, String> environment() {
        return Map.of(
                "JAVA_HOME", Program.JDK.toString(),
                "HOME", directory.toString(),
                "WEFT_AOT", "off", // two seconds a test, which only one is about
                "XDG_CACHE_HOME", directory.resolve("cache").toString());
    }

    private Path installedMaven(String version) throws IOException {
        Path bin = Files.createDirectories(directory.resolve("maven-" + version));
        script(bin.resolve("mvn"), """
            if [ "$1" = -v ]; then echo 'Apache Maven %s (abc)'; else echo "ran $*"; fi
            """.formatted(version));
        return bin;
    }

    /** What the search looks at in a JDK: its release file, and whether there is a compiler. */
    private Path fakeJdk(String name, String version) throws IOException {
        Path home = Files.createDirectories(directory.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        script(home.resolve("bin/java"), "exit 9\n"); // must not be started
        script(home.resolve("bin/javac"), "exit 9\n");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private void copy(String name) throws IOException {
        Files.copy(
                Program.root().resolve(name),
                root.resolve(name),
                StandardCopyOption.COPY_ATTRIBUTES,
                StandardCopyOption.REPLACE_EXISTING);
        if (name.equals("mvnw")) {
            String properties = ".mvn/wrapper/maven-wrapper.properties";
            Files.copy(Program.root().resolve(properties), root.resolve(properties));
        }
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\nset -eu\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void makeYoung(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() + 60_000));
    }

    private static void makeOld(Path tree) throws IOException {
        try (var all = Files.walk(tree)) {
            for (Path file :
                    all.filter(path -> !path.toString().contains("/target")).toList()) {
                if (!Files.isSymbolicLink(file)) {
                    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
                }
            }
        }
    }
}
