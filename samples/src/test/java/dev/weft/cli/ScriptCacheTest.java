package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScriptCacheTest {
    private static final CompiledScript SCRIPT =
            new CompiledScript("a", Map.of("a", new byte[] {1, 2, 3}, "a$B", new byte[0]));

    @TempDir
    Path home;

    private Path jar;
    private Path directory;

    @BeforeEach
    void prepare() throws IOException {
        jar = Files.writeString(home.resolve("lib.jar"), "jar");
        directory = home.resolve(".cache/weft/scripts");
    }

    @Test
    void load_afterStore_givesTheSameClasses() {
        cache().store("key", SCRIPT);

        CompiledScript loaded = Objects.requireNonNull(cache().load("key"));

        assertEquals("a", loaded.mainClass());
        assertEquals(SCRIPT.classes().keySet(), loaded.classes().keySet());
        assertArrayEquals(new byte[] {1, 2, 3}, loaded.classes().get("a"));
    }

    @Test
    void load_nothingStored_givesNull() {
        assertNull(cache().load("key"));
        assertFalse(Files.exists(directory), "looking must not make the directory");
    }

    @Test
    void store_newDirectory_isForTheOwnerAlone() throws IOException {
        cache().store("key", SCRIPT);

        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
    }

    @Test
    void load_anyByteDamaged_givesNull() throws IOException {
        cache().store("key", SCRIPT);
        Path entry = directory.resolve("key");
        byte[] good = Files.readAllBytes(entry);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 0x10;
            Files.write(entry, bad);
            assertNull(cache().load("key"), "byte " + i);
        }
    }

    @Test
    void load_entryCutShortAnywhere_givesNull() throws IOException {
        byte[] good = ScriptCache.encode(SCRIPT);
        for (int length = 0; length < good.length; length++) {
            assertNull(ScriptCache.decode(Arrays.copyOf(good, length)), "length " + length);
        }
    }

    @Test
    void store_damagedEntry_isReplaced() throws IOException {
        cache().store("key", SCRIPT);
        Files.writeString(directory.resolve("key"), "rubbish");

        cache().store("key", SCRIPT);

        assertEquals("a", Objects.requireNonNull(cache().load("key")).mainClass());
    }

    @Test
    void load_directoryOthersMayWriteTo_isNotTrusted() throws IOException {
        cache().store("key", SCRIPT);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertNull(cache().load("key"));

        cache().store("other", SCRIPT);
        assertFalse(Files.exists(directory.resolve("other")));
    }

    @Test
    void store_directoryCannotBeMade_isSilent() throws IOException {
        Files.writeString(home.resolve(".cache"), "a file in the way");

        cache().store("key", SCRIPT);

        assertNull(cache().load("key"));
    }

    @Test
    void store_manyRunsAtOnce_everyReaderSeesAWholeEntryOrNone() throws Exception {
        var start = new CountDownLatch(1);
        var results = new ArrayList<Future<Boolean>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                Callable<Boolean> run = () -> {
                    start.await();
                    for (int round = 0; round < 20; round++) {
                        cache().store("key", SCRIPT);
                        if (cache().load("key") == null) { // it was stored at least once by now
                            return false;
                        }
                    }
                    return true;
                };
                results.add(threads.submit(run));
            }
            start.countDown();
            for (Future<Boolean> result : results) {
                assertTrue(result.get());
            }
        }
        assertEquals(List.of("key"), names(), "no temporary file is left");
    }

    @Test
    void store_tooManyEntries_removesTheOldest() throws IOException {
        cache().store("old", SCRIPT);
        Files.setLastModifiedTime(directory.resolve("old"), FileTime.fromMillis(1));
        for (int i = 0; i < 255; i++) {
            cache().store("entry" + i, SCRIPT);
        }
        assertTrue(names().contains("old"), "256 entries are allowed");

        cache().store("last", SCRIPT);

        assertEquals(192, names().size());
        assertFalse(names().contains("old"));
        assertTrue(names().contains("last"));
    }

    @Test
    void key_anythingTheClassesDependOn_changesIt() throws IOException {
        var keys = new HashSet<String>();
        keys.add(key(jar.toString(), "a.java", "text"));
        keys.add(key(jar.toString(), "a.java", "text2"));
        keys.add(key(jar.toString(), "b.java", "text"));
        keys.add(key(jar + File.pathSeparator + home.resolve("absent.jar"), "a.java", "text"));
        Files.writeString(jar, "longer jar");
        keys.add(key(jar.toString(), "a.java", "text"));
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1));
        keys.add(key(jar.toString(), "a.java", "text"));

        assertEquals(6, keys.size());
        assertFalse(keys.contains(null));
        assertEquals(key(jar.toString(), "a.java", "text"), key(jar.toString(), "a.java", "text"));
    }

    @Test
    void key_textMovedBetweenNameAndSource_changesIt() {
        assertNotEquals(key(jar.toString(), "ab", "c"), key(jar.toString(), "a", "bc"));
    }

    @Test
    void key_directoryOnTheClassPath_isNotCacheable() {
        assertNull(key(jar + File.pathSeparator + home, "a.java", "text"));
    }

    @Test
    void userDirectory_environment_followsTheXdgRules() {
        Path inHome = Path.of("/home/me/.cache/weft/scripts");
        assertEquals(
                Path.of("/x/weft/scripts"), ScriptCache.userDirectory(Map.of("XDG_CACHE_HOME", "/x", "HOME", "/h")));
        assertEquals(inHome, ScriptCache.userDirectory(Map.of("HOME", "/home/me")));
        assertEquals(inHome, ScriptCache.userDirectory(Map.of("XDG_CACHE_HOME", "relative", "HOME", "/home/me")));
        assertNull(ScriptCache.userDirectory(Map.of()));
    }

    private ScriptCache cache() {
        return new ScriptCache(directory, jar.toString());
    }

    private String key(String classPath, String name, String text) {
        return new ScriptCache(directory, classPath).key(new ScriptSource(Path.of(name), text));
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
