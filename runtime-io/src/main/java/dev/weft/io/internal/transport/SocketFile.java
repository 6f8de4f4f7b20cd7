package dev.weft.io.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file by which a listening Unix socket is found.
 *
 * @param path where it is
 * @param key which file it is, whoever has its name by now; null where the system has no such keys
 */
public record SocketFile(Path path, @Nullable Object key) {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;

    /** The one that is there now. */
    public static SocketFile at(Path path) throws IOException {
        return new SocketFile(path, attributes(path).fileKey());
    }

    /**
     * Makes room for a new socket: removes one that an earlier server has left.
     *
     * @throws BindException if something else is there, be it a link to a socket
     */
    static void removeStale(Path path) throws IOException {
        try {
            BasicFileAttributes attributes = attributes(path);
            if (!isSocket(path, attributes)) {
                throw new BindException("address in use: " + path + " is there already, and is "
                        + (attributes.isSymbolicLink()
                                ? "a symbolic link"
                                : attributes.isDirectory() ? "a directory" : "no socket"));
            }
            Files.deleteIfExists(path);
        } catch (NoSuchFileException e) {
            // Nothing to remove.
        }
    }

    /**
     * Gives a socket a second name.
     *
     * @throws BindException if the name is taken, again and again
     */
    static void link(Path path, Path socket) throws IOException {
        for (int attempt = 0; ; attempt++) {
            removeStale(path);
            try {
                Files.createLink(path, socket);
                return;
            } catch (FileAlreadyExistsException e) {
                if (attempt == 3) {
                    var failure = new BindException("address in use: somebody else keeps making " + path);
                    failure.initCause(e);
                    throw failure;
                }
            }
        }
    }

    /**
     * Removes the file, unless it is gone or another one has taken its name. To be called while the socket is open: until then no other file
     * gets its key.
     */
    public void removeIfSame() {
        try {
            BasicFileAttributes now = attributes(path);
            if (key != null ? key.equals(now.fileKey()) : isSocket(path, now)) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // Somebody was faster.
        } catch (IOException e) {
            LOG.warn("cannot remove the socket {}", path, e);
        }
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isSocket(Path path, BasicFileAttributes attributes) throws IOException {
        if (!attributes.isOther()) {
            return false;
        }
        try {
            return Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) instanceof Integer mode
                    && (mode & FILE_TYPE) == SOCKET;
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return true; // Windows, which cannot tell
        }
    }
}
