package dev.weft.testing.net;

import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A channel's socket options: kept, and told again. */
final class Options {
    private static final Map<SocketOption<?>, Object> STREAM = Map.of(
            StandardSocketOptions.SO_RCVBUF,
            64 * 1024,
            StandardSocketOptions.SO_SNDBUF,
            64 * 1024,
            StandardSocketOptions.SO_REUSEADDR,
            false,
            StandardSocketOptions.SO_KEEPALIVE,
            false,
            StandardSocketOptions.SO_LINGER,
            -1,
            StandardSocketOptions.IP_TOS,
            0,
            StandardSocketOptions.TCP_NODELAY,
            false);
    private static final Map<SocketOption<?>, Object> SERVER =
            Map.of(StandardSocketOptions.SO_RCVBUF, 64 * 1024, StandardSocketOptions.SO_REUSEADDR, true);
    private static final Map<SocketOption<?>, Object> DATAGRAM = Map.of(
            StandardSocketOptions.SO_RCVBUF,
            64 * 1024,
            StandardSocketOptions.SO_SNDBUF,
            64 * 1024,
            StandardSocketOptions.SO_REUSEADDR,
            false,
            StandardSocketOptions.SO_BROADCAST,
            false,
            StandardSocketOptions.IP_TOS,
            0);

    private final Map<SocketOption<?>, Object> defaults;
    private final Map<SocketOption<?>, @Nullable Object> set = new LinkedHashMap<>();

    private Options(Map<SocketOption<?>, Object> defaults) {
        this.defaults = defaults;
    }

    static Options ofStream() {
        return new Options(STREAM);
    }

    static Options ofServer() {
        return new Options(SERVER);
    }

    static Options ofDatagrams() {
        return new Options(DATAGRAM);
    }

    <T> void set(SocketOption<T> option, T value) {
        check(option);
        set.put(option, value);
    }

    <T> T get(SocketOption<T> option) {
        check(option);
        Object value = set.get(option);
        return option.type().cast(Objects.requireNonNull(value != null ? value : defaults.get(option)));
    }

    private void check(SocketOption<?> option) {
        if (!defaults.containsKey(Objects.requireNonNull(option, "option"))) {
            throw new UnsupportedOperationException("the network in memory does not know the option " + option.name());
        }
    }

    Set<SocketOption<?>> supported() {
        return defaults.keySet();
    }

    /** Whether a stream is to be closed with a reset. */
    boolean lingersNot() {
        return Integer.valueOf(0).equals(set.get(StandardSocketOptions.SO_LINGER));
    }
}
