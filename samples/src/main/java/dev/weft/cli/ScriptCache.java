package dev.weft.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compiled scripts on disk, because starting the compiler costs more than most scripts.
 *
 * <p>An entry's name is a hash of all that the class files depend on: the source, its name, the libraries and the JDK. So
 * entries never go stale, they only fall out of use; the oldest are removed when there are too many. An entry is written
 * aside and moved into place, so that a concurrent run sees all of it or nothing, and it ends with a hash of itself, so that
 * a damaged one counts as absent.
 *
 * <p>A cache makes a run faster, never possible: whatever goes wrong here means compiling again, and no message.
 */
final class ScriptCache {
    private static final int MAGIC = 0x57454654; // "WEFT"
    private static final int FORMAT = 1;
    private static final int HASH_BYTES = 32;
    private static final int MAX_ENTRIES = 256;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private final Path directory;
    private final String classPath;

    /**
     * Creates a cache.
     *
     * @param directory where the entries are; made when the first is stored
     * @param classPath what scripts are compiled against, in the form of {@code java.class.path}
     */
    ScriptCache(Path directory, String classPath) {
        this.directory = directory;
        this.classPath = classPath;
    }

    /** The user's cache directory for scripts, by the XDG base directory rules; null if the user has no home. */
    static @Nullable Path userDirectory(Map<String, String> environment) {
        String cacheHome = environment.get("XDG_CACHE_HOME");
        if (cacheHome != null && cacheHome.startsWith("/")) { // the rules say to ignore a relative one
            return Path.of(cacheHome, "weft", "scripts");
        }
        String home = environment.get("HOME");
        return home == null || home.isEmpty() ? null : Path.of(home, ".cache", "weft", "scripts");
    }

    /** The entry name for a script, or null if it cannot be cached. */
    @Nullable
    String key(ScriptSource source) {
        MessageDigest hash = sha256();
        add(hash, "format " + FORMAT);
        add(hash, System.getProperty("java.runtime.version") + " " + System.getProperty("java.vendor"));
        add(hash, source.path().toString()); // is in the class name and in the messages of the compiler
        add(hash, source.text());
        for (String entry : classPath.split(Pattern.quote(File.pathSeparator), -1)) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(Path.of(entry), BasicFileAttributes.class);
                if (!attributes.isRegularFile()) {
                    return null; // a directory's classes change without a trace in its own attributes
                }
                add(hash, entry + " " + attributes.size() + " " + attributes.lastModifiedTime());
            } catch (IOException e) {
                add(hash, entry + " absent");
            }
        }
        return HexFormat.of().formatHex(hash.digest());
    }

    /** The script stored under a key, or null. */
    @Nullable
    CompiledScript load(String key) {
        try {
            if (!isPrivate()) {
                return null;
            }
            return decode(Files.readAllBytes(directory.resolve(key)));
        } catch (IOException e) {
            return null;
        }
    }

    /** Stores a script, if the directory lets us. */
    void store(String key, CompiledScript script) {
        try {
            makeDirectory();
            if (!isPrivate()) {
                return;
            }
            Path aside = Files.createTempFile(directory, "new-", null);
            try {
                Files.write(aside, encode(script));
                Files.move(aside, directory.resolve(key), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(aside);
            }
            removeOldest();
        } catch (IOException e) {
            // Not writable, or full: the next run compiles again.
        }
    }

    static byte[] encode(CompiledScript script) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeInt(FORMAT);
            out.writeUTF(script.mainClass());
            out.writeInt(script.classes().size());
            for (var entry : script.classes().entrySet()) {
                out.writeUTF(entry.getKey());
                out.writeInt(entry.getValue().length);
                out.write(entry.getValue());
            }
            out.write(sha256().digest(bytes.toByteArray()));
        }
        return bytes.toByteArray();
    }

    /** The reverse of {@link #encode}; null if a single bit is not as it was written. */
    static @Nullable CompiledScript decode(byte[] bytes) throws IOException {
        int length = bytes.length - HASH_BYTES;
        if (length < 0) {
            return null;
        }
        MessageDigest hash = sha256();
        hash.update(bytes, 0, length);
        if (!Arrays.equals(hash.digest(), 0, HASH_BYTES, bytes, length, bytes.length)) {
            return null;
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length))) {
            if (in.readInt() != MAGIC || in.readInt() != FORMAT) {
                return null;
            }
            String mainClass = in.readUTF();
            var classes = new HashMap<String, byte[]>();
            for (int left = in.readInt(); left > 0; left--) {
                String name = in.readUTF();
                classes.put(name, in.readNBytes(in.readInt()));
            }
            return new CompiledScript(mainClass, classes);
        }
    }

    /** Who can write here can run code as us: a directory that others may write to is not ours to trust. */
    private boolean isPrivate() throws IOException {
        if (!hasPosixPermissions()) {
            return true;
        }
        return Files.getPosixFilePermissions(directory).equals(OWNER_ONLY);
    }

    private void makeDirectory() throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            if (hasPosixPermissions()) {
                Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            } else {
                Files.createDirectory(directory);
            }
        } catch (FileAlreadyExistsException e) {
            // A concurrent run was faster; isPrivate() judges what it made.
        }
    }

    private boolean hasPosixPermissions() {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private void removeOldest() throws IOException {
        var entries = new ArrayList<Path>();
        try (var all = Files.newDirectoryStream(directory)) {
            all.forEach(entries::add);
        }
        if (entries.size() <= MAX_ENTRIES) {
            return;
        }
        var ages = new HashMap<Path, FileTime>();
        for (Path entry : entries) {
            ages.put(entry, lastModified(entry));
        }
        entries.sort(Comparator.comparing(ages::get));
        // A quarter at a time, so that the next stores do not list and sort again for one entry each.
        for (Path entry : entries.subList(0, entries.size() - MAX_ENTRIES * 3 / 4)) {
            Files.deleteIfExists(entry);
        }
    }

    private static FileTime lastModified(Path entry) {
        try {
            return Files.getLastModifiedTime(entry);
        } catch (IOException e) {
            return FileTime.fromMillis(0); // removed meanwhile by a concurrent run
        }
    }

    private static void add(MessageDigest hash, String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        hash.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII)); // or "ab","c" would hash like "a","bc"
        hash.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
