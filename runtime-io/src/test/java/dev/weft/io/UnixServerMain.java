package dev.weft.io;

import dev.weft.Asyncio;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A program of its own, since a process cannot change its umask: listens at a Unix socket and prints what came of it. */
final class UnixServerMain {
    private UnixServerMain() {}

    public static void main(String[] arguments) throws Exception {
        Path path = Path.of(arguments[0]);
        Asyncio.run(() -> {
            try (var serving =
                    Net.createUnixServer(RecordingProtocol::new, path).serving()) {
                var address = (UnixDomainSocketAddress)
                        serving.server().sockets().getFirst().localAddress();
                Net.openUnixConnection(path).close();
                System.out.println("made as " + address.getPath().getFileName() + " with "
                        + PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS)));
                serving.server().closeClients();
            }
        });
        System.out.println(Files.exists(path) ? "left behind" : "removed");
    }
}
