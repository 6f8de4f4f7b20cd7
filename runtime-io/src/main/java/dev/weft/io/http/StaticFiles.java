package dev.weft.io.http;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves the files of a folder, for GET and HEAD: with validators and conditional requests, one range at a time, and by the system's own means of
 * sending files where it has them. On a route the file is what its parameter {@code file} stands for, else the whole path.
 *
 * {@snippet :
 * router.get("/static/{file...}", StaticFiles.of(Path.of("public")));
 * }
 *
 * <p>Nothing outside of the folder is served: not by dot segments, encoded or not, and not by links that lead out of it. Names that begin with a dot
 * are not served either. All of these are answered as if they did not exist. For a folder its {@code index.html} is served; folders are not listed.
 * Mirrors {@code tornado.web.StaticFileHandler}.
 */
public final class StaticFiles implements HttpHandler {
    private static final String INDEX = "index.html";

    private final Path root;
    private final @Nullable Duration cacheFor;

    private StaticFiles(Path root, @Nullable Duration cacheFor) {
        this.root = root;
        this.cacheFor = cacheFor;
    }

    /**
     * Serves a folder.
     *
     * @param root the folder; if it is a link, it is followed now
     * @return the handler
     * @throws IOException if there is no such folder
     */
    public static StaticFiles of(Path root) throws IOException {
        Path real = root.toRealPath();
        if (!Files.isDirectory(real)) {
            throw new NotDirectoryException(root.toString());
        }
        return new StaticFiles(real, null);
    }

    /**
     * With a time for which peers may take a file as unchanged without asking.
     *
     * @param age how long, in whole seconds
     * @return changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public StaticFiles cacheFor(Duration age) {
        if (age.isNegative()) {
            throw new IllegalArgumentException("an age is not negative, got " + age);
        }
        return new StaticFiles(root, age);
    }

    private record Found(Path path, boolean isFolder, long size, Instant modified) {}

    @Override
    @Suspends
    public Response handle(Request request) throws Exception {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Response.of(405).header("Allow", "GET, HEAD");
        }
        String name = request.hasPathParameter("file")
                ? request.pathParameter("file")
                : request.path().substring(1);
        Found found = Asyncio.toThread(() -> find(name));
        if (found == null) {
            throw new HttpStatusException(404, "Not Found");
        }
        if (found.isFolder) {
            // Relative: an absolute one could be taken for another host's, after two slashes.
            return Response.redirect(308, "./" + lastSegment(request.rawPath()) + "/");
        }
        return respond(request.headers(), found);
    }

    private static String lastSegment(String rawPath) {
        return rawPath.substring(rawPath.lastIndexOf('/') + 1);
    }

    /** What is there; null for nothing that could be served. Off the loop. */
    private @Nullable Found find(String name) throws IOException {
        Path path = root;
        boolean ended = name.isEmpty();
        for (String segment : name.split("/", -1)) {
            if ((ended && !segment.isEmpty()) || !isPlain(segment)) {
                return null;
            }
            if (segment.isEmpty()) {
                if (ended && !name.isEmpty()) {
                    return null; // two slashes
                }
                ended = true;
            } else {
                path = path.resolve(segment);
            }
        }
        Found found = look(path);
        if (found != null && found.isFolder && ended) {
            found = look(path.resolve(INDEX));
            return found == null || found.isFolder ? null : found;
        }
        return found != null && !found.isFolder && ended ? null : found;
    }

    /** Whether a segment cannot lead anywhere but to a file of that name. */
    private static boolean isPlain(String segment) {
        return !segment.startsWith(".")
                && segment.indexOf('\\') < 0
                && segment.indexOf(':') < 0
                && segment.indexOf(0) < 0;
    }

    private @Nullable Found look(Path path) throws IOException {
        try {
            Path real = path.toRealPath();
            if (!real.startsWith(root)) {
                return null;
            }
            var attributes = Files.readAttributes(real, BasicFileAttributes.class);
            boolean isFolder = attributes.isDirectory();
            return isFolder || attributes.isRegularFile()
                    ? new Found(
                            real,
                            isFolder,
                            attributes.size(),
                            attributes.lastModifiedTime().toInstant())
                    : null;
        } catch (FileSystemException e) {
            return null; // there is no such file, it may not be read, its name is too long, it is a circle of links
        }
    }

    private Response respond(Headers headers, Found found) {
        String tag = "\"%x-%x\""
                .formatted(found.size, found.modified.getEpochSecond() * 1_000_000_000L + found.modified.getNano());
        Instant modified = found.modified.truncatedTo(ChronoUnit.SECONDS);
        int status = Preconditions.check(headers, tag, modified);
        if (status != 200) {
            return described(Response.of(status), tag, modified);
        }
        ByteRange range = Preconditions.allowsRange(headers, tag, modified)
                ? ByteRange.parse(headers.get("Range"), found.size)
                : null;
        if (range != null && range.equals(ByteRange.UNSATISFIABLE)) {
            return described(Response.of(416), tag, modified).header("Content-Range", range.field(found.size));
        }
        long offset = range == null ? 0 : range.offset();
        long length = range == null ? found.size : range.length();
        Response response = described(Response.of(range == null ? 200 : 206), tag, modified)
                .header(
                        "Content-Type",
                        MediaTypes.ofName(found.path.getFileName().toString()))
                .header("X-Content-Type-Options", "nosniff")
                .body(new Content.File(found.path, offset, length));
        return range == null ? response : response.header("Content-Range", range.field(found.size));
    }

    private Response described(Response response, String tag, Instant modified) {
        response.header("ETag", tag)
                .header("Last-Modified", HttpDate.format(modified))
                .header("Accept-Ranges", "bytes");
        return cacheFor == null ? response : response.header("Cache-Control", "max-age=" + cacheFor.toSeconds());
    }

    @Override
    public String toString() {
        return "StaticFiles[" + root + "]";
    }
}
