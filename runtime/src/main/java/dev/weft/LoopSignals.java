package dev.weft;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** The signals one loop handles. A signal has at most one loop. */
final class LoopSignals {
    private static final ConcurrentHashMap<String, EventLoop> OWNERS = new ConcurrentHashMap<>();

    private final EventLoop loop;
    private final Map<String, Handler> handlers = new HashMap<>();

    LoopSignals(EventLoop loop) {
        this.loop = loop;
    }

    private record Handler(OsSignal signal, Action callback, Context context) {}

    void add(String name, Action callback) {
        String key = key(name);
        EventLoop owner = OWNERS.putIfAbsent(key, loop);
        if (owner != null && owner != loop) {
            throw new IllegalStateException("another loop handles " + key + ": " + owner);
        }
        Handler before = handlers.get(key);
        OsSignal signal = before != null ? before.signal : install(key, name);
        handlers.put(key, new Handler(signal, callback, Context.copyCurrent()));
    }

    private OsSignal install(String key, String name) {
        try {
            return OsSignal.handle(key, () -> ThreadFutures.post(loop, () -> call(key)));
        } catch (IllegalArgumentException e) {
            OWNERS.remove(key, loop);
            throw new IllegalArgumentException("cannot handle the signal " + name + ": " + e.getMessage(), e);
        }
    }

    /** On the loop's own stack, after a signal: whoever handles it now is called. */
    private void call(String key) {
        Handler handler = handlers.get(key);
        if (handler != null) {
            loop.core().addReady(new CallbackHandle(loop, handler.callback, handler.context));
        }
    }

    boolean remove(String name) {
        String key = key(name);
        Handler handler = handlers.remove(key);
        if (handler == null) {
            OsSignal.checkName(key);
            return false;
        }
        handler.signal.restore();
        OWNERS.remove(key, loop);
        return true;
    }

    boolean any() {
        return !handlers.isEmpty();
    }

    void removeAll() {
        List.copyOf(handlers.keySet()).forEach(this::remove);
    }

    private static String key(String name) {
        Objects.requireNonNull(name, "name");
        return name.startsWith("SIG") ? name.substring(3) : name;
    }
}
