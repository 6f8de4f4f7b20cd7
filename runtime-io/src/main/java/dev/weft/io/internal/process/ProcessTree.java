package dev.weft.io.internal.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A process and what descends from it, as it was when asked: once a process has ended, nobody can tell any more whose its children were. A
 * handle knows when its process began, so that none is taken for another that was given its number later. All of this blocks: it reads the
 * system's list of processes.
 */
final class ProcessTree {
    private final Set<ProcessHandle> members = new LinkedHashSet<>();

    private ProcessTree() {}

    static ProcessTree of(ProcessHandle root) {
        var tree = new ProcessTree();
        tree.members.add(root);
        tree.grow();
        return tree;
    }

    /** Adds what the members have started meanwhile; whether that was anything. */
    private boolean grow() {
        boolean grown = false;
        for (ProcessHandle member : Set.copyOf(members)) {
            if (member.isAlive()) {
                grown |= members.addAll(member.descendants().toList());
            }
        }
        return grown;
    }

    /** Asks them to end. */
    ProcessTree terminate() {
        members.forEach(ProcessHandle::destroy);
        return this;
    }

    void kill() {
        do {
            members.forEach(ProcessHandle::destroyForcibly);
        } while (grow()); // what was started between looking and killing
    }

    boolean isAlive() {
        return members.stream().anyMatch(member -> member.isAlive() && !isZombie(member));
    }

    /** Whether it has ended and only waits to be reaped, which in a container without an init may be for ever. */
    private static boolean isZombie(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"), ISO_8859_1);
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2); // "pid (name) state ..."
        } catch (IOException gone) {
            return false; // or no Linux
        }
    }
}
