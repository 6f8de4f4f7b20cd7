package dev.weft.io.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each answer: who asked for what, the status, the bytes of the body and how long it took. */
final class AccessLog {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft.http.access");
    private static final int LONGEST_TARGET = 1024;

    private AccessLog() {}

    static boolean isOn() {
        return LOG.isInfoEnabled();
    }

    static void answered(Request request, int status, long bytes, long nanos) {
        // The head was checked: neither method nor target has control characters.
        String target = request.target();
        LOG.info(
                "{} \"{} {} HTTP/1.{}\" {} {} {}ms",
                peer(request.remoteAddress()),
                request.method().length() > 32 ? "..." : request.method(),
                target.length() > LONGEST_TARGET ? target.substring(0, LONGEST_TARGET) + "..." : target,
                request.isHttp10() ? 0 : 1,
                status,
                bytes,
                nanos / 1_000_000);
    }

    private static String peer(@Nullable SocketAddress address) {
        return switch (address) {
            case null -> "-";
            case InetSocketAddress inet
            when !inet.isUnresolved() -> inet.getAddress().getHostAddress();
            default -> address.toString();
        };
    }
}
