package dev.weft.io.internal.http1;

import dev.weft.io.http.Headers;
import dev.weft.io.http.HttpProtocolException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * Turns heads, complete and checked, into values, by jetty-http's parser. The parser sees nothing of bodies: their framing is strict, and decided
 * in {@link BodyFraming}.
 */
final class JettyHeadParser {
    private final Collected collected = new Collected();
    private final HttpParser parser;

    JettyHeadParser(StartLine kind) {
        // No limit on bytes: the scanner has limits of its own.
        parser = switch (kind) {
            case REQUEST -> new HttpParser((HttpParser.RequestHandler) collected, -1, HttpCompliance.STRICT);
            case STATUS -> new HttpParser((HttpParser.ResponseHandler) collected, -1, HttpCompliance.STRICT);
        };
    }

    RequestHead parseRequest(ByteBuffer head) throws HttpProtocolException {
        parse(head);
        boolean http10 = collected.version == HttpVersion.HTTP_1_0;
        var framing = BodyFraming.ofRequest(http10, collected.headers);
        return new RequestHead(
                Objects.requireNonNull(collected.method),
                Objects.requireNonNull(collected.target),
                http10,
                collected.headers,
                framing);
    }

    ResponseHead parseResponse(ByteBuffer head, String requestMethod) throws HttpProtocolException {
        parse(head);
        boolean http10 = collected.version == HttpVersion.HTTP_1_0;
        var framing = BodyFraming.ofResponse(requestMethod, collected.status, http10, collected.headers);
        return new ResponseHead(collected.status, collected.reason, http10, collected.headers, framing);
    }

    private void parse(ByteBuffer head) throws HttpProtocolException {
        parser.reset();
        collected.reset();
        try {
            parser.parseNext(head);
        } catch (HttpException.RuntimeException e) {
            throw refused(e);
        }
        HttpException failure = collected.failure;
        if (failure != null) {
            throw refused(failure);
        }
        if (!collected.complete) {
            throw new HttpProtocolException(400, "the head of the message is not understood");
        }
    }

    private static HttpProtocolException refused(HttpException failure) {
        int status = failure.getCode() >= 400 && failure.getCode() <= 505 ? failure.getCode() : 400;
        var refused = new HttpProtocolException(status, "the head of the message is not understood");
        if (failure instanceof Throwable cause) {
            refused.initCause(cause);
        }
        return refused;
    }

    /** Hears what the parser finds. */
    private static final class Collected implements HttpParser.RequestHandler, HttpParser.ResponseHandler {
        private @Nullable String method;
        private @Nullable String target;
        private @Nullable HttpVersion version;
        private int status;
        private String reason = "";
        private Headers headers = new Headers();
        private boolean complete;
        private @Nullable HttpException failure;

        void reset() {
            headers = new Headers();
            reason = "";
            complete = false;
            failure = null;
        }

        @Override
        public void startRequest(String method, String uri, HttpVersion version) {
            this.method = method;
            this.target = uri;
            this.version = version;
        }

        @Override
        public void startResponse(HttpVersion version, int status, String reason) {
            this.version = version;
            this.status = status;
            this.reason = reason == null ? "" : reason;
        }

        @Override
        public void parsedHeader(HttpField field) {
            String value = field.getValue();
            headers.add(field.getName(), value == null ? "" : value);
        }

        @Override
        public boolean headerComplete() {
            complete = true;
            return true; // the parser returns here
        }

        @Override
        public boolean content(ByteBuffer content) {
            return true;
        }

        @Override
        public boolean contentComplete() {
            return true;
        }

        @Override
        public boolean messageComplete() {
            return true;
        }

        @Override
        public void earlyEOF() {}

        @Override
        public void badMessage(HttpException failure) {
            this.failure = failure;
        }
    }
}
