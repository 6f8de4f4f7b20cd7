package dev.weft.io.faults;

import java.io.IOException;
import java.nio.channels.Channel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which call fails: the N-th that the planned fault can hit, or all from there on. For the channels of {@link FaultyProvider}. */
final class Faults {
    private static final Set<Channel> OPEN = Collections.newSetFromMap(new IdentityHashMap<>());

    private static @Nullable Fault planned;
    private static int first;
    private static boolean lasting;
    private static int calls;

    private Faults() {}

    /** From now on the call number {@code n}, counted from 1, fails, or that and all after it. */
    static synchronized void plan(Fault fault, int n, boolean lasts) {
        planned = fault;
        first = n;
        lasting = lasts;
        calls = 0;
    }

    /** No more faults. Returns whether the last one was met. */
    static synchronized boolean end() {
        boolean met = planned != null && calls >= first;
        planned = null;
        return met;
    }

    /** Asked before each call. Throws what it is to throw; returns what it is to do otherwise, null for what it does anyway. */
    static @Nullable Fault at(Fault.Call call) throws IOException {
        Fault fault = hit(call);
        if (fault != null) {
            fault.raise(call);
        }
        return fault;
    }

    private static synchronized @Nullable Fault hit(Fault.Call call) {
        Fault fault = planned;
        if (fault == null || !fault.hits(call)) {
            return null;
        }
        calls++;
        return calls == first || (lasting && calls > first) ? fault : null;
    }

    static synchronized <C extends Channel> C opened(C channel) {
        OPEN.add(channel);
        return channel;
    }

    static synchronized void closed(Channel channel) {
        OPEN.remove(channel);
    }

    /** What was opened and not closed. */
    static synchronized List<Channel> open() {
        return new ArrayList<>(OPEN);
    }
}
