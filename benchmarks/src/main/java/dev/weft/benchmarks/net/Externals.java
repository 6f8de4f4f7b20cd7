package dev.weft.benchmarks.net;

import dev.weft.benchmarks.peer.TestIdentity;
import dev.weft.benchmarks.report.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Servers that are not on the JVM, as far as what runs them is installed here. */
public final class Externals {
    private final Map<Peer, List<String>> commands = new EnumMap<>(Peer.class);

    private Externals() {}

    /** {@return none} */
    public static Externals none() {
        return new Externals();
    }

    /**
     * Looks what is installed. Go's server is compiled for that.
     *
     * @param sources the folder of their programs
     * @param compiled where to put what is compiled
     * @return what is there
     * @throws IOException if the folder cannot be made
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public static Externals found(Path sources, Path compiled) throws IOException, InterruptedException {
        var found = new Externals();
        String python = sources.resolve("net_peer.py").toString();
        // Debian's own Python is the one with Debian's uvloop.
        for (String program : List.of("python3", "/usr/bin/python3")) {
            if (!found.commands.containsKey(Peer.ASYNCIO)
                    && Programs.succeeds(List.of(program, "-c", "import asyncio"))) {
                found.commands.put(Peer.ASYNCIO, List.of(program, python, "streams"));
                found.commands.put(Peer.ASYNCIO_PROTOCOLS, List.of(program, python, "protocols"));
            }
            if (!found.commands.containsKey(Peer.UVLOOP)
                    && Programs.succeeds(List.of(program, "-c", "import uvloop"))) {
                found.commands.put(Peer.UVLOOP, List.of(program, python, "uvloop"));
            }
        }
        Optional<Path> node = Programs.path("node");
        if (node.isPresent()) {
            found.commands.put(
                    Peer.NODE,
                    List.of(
                            node.get().toString(),
                            sources.resolve("net_peer.js").toString()));
        }
        Optional<Path> go = Programs.path("go");
        if (go.isPresent()) {
            Files.createDirectories(compiled);
            Path binary = compiled.resolve("net_peer_go");
            Path source = sources.resolve("net_peer.go");
            if (Programs.succeeds(List.of(go.get().toString(), "build", "-o", binary.toString(), source.toString()))) {
                found.commands.put(Peer.GO, List.of(binary.toString()));
            }
        }
        return found;
    }

    boolean has(Peer peer) {
        return commands.containsKey(peer);
    }

    /** What starts a server. */
    List<String> command(Peer peer, Service service, Path identity) {
        var command = new ArrayList<>(commands.getOrDefault(peer, List.of()));
        command.add(service.name().toLowerCase(Locale.ROOT));
        command.add(TestIdentity.certificate(identity).toString());
        command.add(TestIdentity.key(identity).toString());
        return command;
    }
}
