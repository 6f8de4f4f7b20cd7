package dev.weft.io.http;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens files off the loop. */
final class OpenFile {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft.http");

    private OpenFile() {}

    /** Opens a file for reading, unless its path leads to a link. Cancelled meanwhile, it leaves no file open. */
    @Suspends
    static FileChannel open(Path path) throws IOException {
        Task<FileChannel> opening = Asyncio.createTask(() ->
                Asyncio.toThread(() -> FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
        try {
            return Asyncio.shield(opening).await(IOException.class);
        } catch (CancelledError e) {
            opening.addDoneCallback(_ -> closeUnwanted(opening));
            throw e;
        }
    }

    private static void closeUnwanted(Task<FileChannel> opened) {
        if (opened.cancelled() || opened.exception() != null) {
            return;
        }
        try {
            opened.result().close();
        } catch (IOException e) {
            LOG.debug("a file that nobody wants any more cannot be closed", e);
        }
    }
}
