package dev.weft.io.internal.http1;

import dev.weft.io.http.HttpProtocolException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The heads that come over one connection, one after another; the bytes of the bodies in between go to their {@link BodyDecoder}. */
public final class MessageReader {
    private final HeadScanner scanner;
    private final JettyHeadParser parser;

    private MessageReader(StartLine kind, HttpLimits limits) {
        scanner = new HeadScanner(kind, limits);
        parser = new JettyHeadParser(kind);
    }

    /** For a server. */
    public static MessageReader ofRequests(HttpLimits limits) {
        return new MessageReader(StartLine.REQUEST, limits);
    }

    /** For a client. */
    public static MessageReader ofResponses(HttpLimits limits) {
        return new MessageReader(StartLine.STATUS, limits);
    }

    /**
     * Takes the bytes of a request's head.
     *
     * @return the head, null as long as its end has not come
     */
    public @Nullable RequestHead takeRequest(ByteBuffer in) throws HttpProtocolException {
        if (!scanner.take(in)) {
            return null;
        }
        RequestHead head = parser.parseRequest(scanner.head());
        scanner.reset();
        return head;
    }

    /**
     * Takes the bytes of a response's head.
     *
     * @return the head, null as long as its end has not come
     */
    public @Nullable ResponseHead takeResponse(ByteBuffer in, String requestMethod) throws HttpProtocolException {
        if (!scanner.take(in)) {
            return null;
        }
        ResponseHead head = parser.parseResponse(scanner.head(), requestMethod);
        scanner.reset();
        return head;
    }

    /** Whether no byte of the next head has come. */
    public boolean isBetweenMessages() {
        return scanner.isEmpty();
    }
}
