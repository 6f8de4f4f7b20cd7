package dev.weft.io.http;

import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.ExceptionContext;
import dev.weft.Suspends;
import dev.weft.io.StreamHandler;
import dev.weft.io.StreamReader;
import dev.weft.io.StreamWriter;
import dev.weft.io.internal.http1.BodyDecoder;
import dev.weft.io.internal.http1.MessageReader;
import dev.weft.io.internal.http1.RequestHead;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a server, from its first request to its last, in one task. Requests are answered in the order in which they came: the next one
 * is not parsed before the last one is answered, so what a peer sends ahead stays in the connection's buffer, and then with the peer.
 */
final class ServerConnection implements ReadLimit {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft.http");

    /** How much of a body that nobody wanted is read, for the sake of the connection. */
    private static final int MOST_SKIPPED = 256 * 1024;

    private enum Waiting {
        FOR_REQUEST,
        FOR_BYTES,
        TO_WRITE
    }

    private final HttpServerOptions options;
    private final HttpHandler handler;
    private final EventLoop loop;
    private final StreamReader reader;
    private final StreamWriter writer;
    private final Input input;
    private final MessageReader messages;
    private final Deadline deadline;
    private final ResponseSender sender;
    private Waiting waiting = Waiting.FOR_REQUEST;
    private String lateMessage = "";
    private boolean idle = true;
    private boolean closing;

    ServerConnection(
            EventLoop loop, HttpServerOptions options, HttpHandler handler, StreamReader reader, StreamWriter writer) {
        this.loop = loop;
        this.options = options;
        this.handler = handler;
        this.reader = reader;
        this.writer = writer;
        input = new Input(reader);
        messages = MessageReader.ofRequests(options.limits());
        deadline = new Deadline(loop, this::expired);
        sender = new ResponseSender(
                loop, writer, () -> input.bytes().hasRemaining(), deadline, () -> waiting = Waiting.TO_WRITE, options);
    }

    // ---- deadlines

    /** On the loop. */
    private void expired() {
        switch (waiting) {
            case FOR_REQUEST -> writer.close();
            case FOR_BYTES -> reader.setException(new HttpProtocolException(408, lateMessage));
            case TO_WRITE -> {
                LOG.debug("{} took nothing for {}: cut", writer, options.writeTimeout());
                writer.transport().abort();
            }
        }
    }

    @Override
    public void begin(Duration fromNow, String message) {
        waiting = Waiting.FOR_BYTES;
        lateMessage = message;
        deadline.set(fromNow);
    }

    @Override
    public void end() {
        deadline.clear();
    }

    // ---- for the server

    /** No request after the one that is being answered. An idle connection is closed at once. */
    void finish() {
        closing = true;
        if (idle) {
            writer.close();
        }
    }

    // ---- the task

    @Suspends
    void serve() throws Exception {
        try {
            boolean open = true;
            while (open) {
                open = serveOne();
            }
        } catch (HttpProtocolException e) {
            LOG.debug("{}: {}", writer, e.getMessage());
        } catch (IOException e) {
            LOG.debug("{} is lost: {}", writer, e.toString());
        } finally {
            deadline.clear();
            sender.flush();
            writer.close();
            closeInTime();
        }
    }

    /** Nobody waits for the end of a connection that is closed but still has bytes to send: so they get a deadline. */
    private void closeInTime() {
        if (writer.transport().getWriteBufferSize() == 0) {
            deadline.close();
        } else {
            waiting = Waiting.TO_WRITE;
            deadline.set(options.lingerTimeout());
        }
    }

    /** Serves a request, if another comes. */
    @Suspends
    private boolean serveOne() throws Exception {
        RequestHead head;
        RequestTarget target;
        try {
            head = awaitHead();
            if (head == null) {
                return false;
            }
            target = RequestTarget.parse(head.method(), head.target());
            checkExpectation(head);
        } catch (HttpProtocolException e) {
            refuse(null, e);
            return false;
        }
        var source =
                new RequestBodySource(BodyDecoder.of(head.framing(), options.limits()), input, loop, this, options);
        if (!source.isDone() && !head.http10() && head.headers().contains("Expect")) {
            source.expectContinue(sender::sendContinue);
        }
        var body = new Body(
                GunzipSource.of(source, head.headers()), head.headers(), options.bodyBytes(), options.formParts());
        var request = new Request(head, target, body, writer.transport(), options.formParts());
        try {
            return serve(head, request, source);
        } finally {
            body.close();
        }
    }

    @Suspends
    private boolean serve(RequestHead head, Request request, RequestBodySource source) throws Exception {
        boolean logged = options.accessLog() && AccessLog.isOn();
        long begun = logged ? loop.time() : 0;
        Body body = request.body();
        Response response = answer(request);
        HttpProtocolException failure = body.failure();
        if (failure != null) {
            refuse(request, failure);
            return false;
        }
        boolean isUpgrade = response.content() instanceof Content.Upgrade;
        if (isUpgrade && (head.http10() || !source.isDone())) {
            // Its body would be taken for the other protocol's first bytes.
            refuse(request, new HttpProtocolException(400, "only HTTP/1.1 requests without a body change protocols"));
            return false;
        }
        boolean mayStay = wantsToStay(head) && !closing && !source.expectsContinue() && mayBeSkipped(source);
        source.answered();
        boolean stays = send(request, response, mayStay || isUpgrade);
        if (logged) {
            AccessLog.answered(request, response.status(), sender.sent(), loop.time() - begun);
        }
        if (response.content() instanceof Content.Upgrade(StreamHandler next)) {
            input.giveBack();
            next.handle(reader, writer);
            return false;
        }
        if (stays && skip(source)) {
            return true;
        }
        if (!source.isDone() || input.bytes().hasRemaining()) {
            linger();
        }
        return false;
    }

    /** The next request's head, null if none comes. */
    @Suspends
    private @Nullable RequestHead awaitHead() throws IOException {
        idle = true;
        try {
            while (true) {
                RequestHead head = messages.takeRequest(input.bytes());
                if (head != null) {
                    return head;
                }
                if (messages.isBetweenMessages()) {
                    if (closing) {
                        return null;
                    }
                    waiting = Waiting.FOR_REQUEST;
                    deadline.set(options.idleTimeout());
                } else if (idle) {
                    idle = false;
                    begin(options.headTimeout(), "the head of the request came too slowly");
                }
                sender.flush();
                if (!input.fill()) {
                    if (messages.isBetweenMessages()) {
                        return null;
                    }
                    throw new HttpProtocolException(400, "the connection ended inside the head of a request");
                }
            }
        } finally {
            idle = false;
            deadline.clear();
        }
    }

    private static void checkExpectation(RequestHead head) throws HttpProtocolException {
        for (String expectation : head.headers().getAll("Expect")) {
            if (!expectation.equalsIgnoreCase("100-continue")) {
                throw new HttpProtocolException(417, "only 100-continue can be expected");
            }
        }
    }

    @Suspends
    private Response answer(Request request) throws Exception {
        try {
            Response response = handler.handle(request);
            if (response == null) {
                throw new IllegalStateException("the handler returned null instead of a response");
            }
            return response;
        } catch (HttpStatusException e) {
            return plain(e.status(), e.getMessage());
        } catch (Exception e) {
            if (request.body().failure() == null && !writer.isClosing()) {
                report(e, request);
            }
            return plain(500, "Internal Server Error");
        }
    }

    @Suspends
    private boolean send(Request request, Response response, boolean persistent) throws Exception {
        try {
            return sender.send(request, response, persistent);
        } catch (IOException | CancelledError e) {
            HttpProtocolException failure = request.body().failure();
            if (failure != null && failure == e && !sender.isCommitted()) {
                refuse(request, failure);
                return false;
            }
            sender.flush();
            writer.transport().abort(); // else it would look as if the answer were complete
            throw e;
        } catch (Exception e) {
            report(e, request);
            if (sender.isCommitted()) {
                // Half an answer is out: only a broken connection tells the peer that it is not whole.
                writer.transport().abort();
                return false;
            }
            return sender.send(request, plain(500, "Internal Server Error"), false);
        }
    }

    private void report(Exception failure, Request request) {
        loop.callExceptionHandler(ExceptionContext.of("http handler failed")
                .with("exception", failure)
                .with("request", request));
    }

    private static Response plain(int status, @Nullable String message) {
        return Response.of(status).body("text/plain; charset=utf-8", message == null ? "" : message + "\n");
    }

    /** Answers what cannot be served, and closes. */
    @Suspends
    private void refuse(@Nullable Request request, HttpProtocolException failure) throws Exception {
        LOG.debug("{} is refused: {} {}", writer, failure.status(), failure.getMessage());
        Response response = plain(failure.status(), failure.getMessage()).header("Connection", "close");
        if (failure.status() == 408) {
            // Reading is broken off, and waiting would be for a peer that does not keep up.
            sender.sendWithoutWaiting(response);
            return;
        }
        sender.send(request, response, false);
        linger();
    }

    private static boolean wantsToStay(RequestHead head) {
        return head.http10()
                ? head.headers().lists("Connection", "keep-alive")
                : !head.headers().lists("Connection", "close");
    }

    private static boolean mayBeSkipped(BodySource source) {
        return source.remaining() <= MOST_SKIPPED;
    }

    /** Reads what nobody read of a body. */
    @Suspends
    private static boolean skip(BodySource body) throws IOException {
        long left = MOST_SKIPPED;
        while (!body.isDone() && left >= 0) {
            left -= body.next().remaining();
        }
        return left >= 0;
    }

    /** Closes so that the peer, which may still be sending, can read the answer: RFC 9112, section 9.6. */
    @Suspends
    private void linger() throws IOException {
        if (!writer.canWriteEof() || writer.isClosing()) {
            return;
        }
        sender.flush();
        writer.writeEof();
        begin(options.lingerTimeout(), "the peer went on sending");
        try {
            while (input.fill()) {
                // What comes is of no interest.
            }
        } finally {
            end();
        }
    }

    @Override
    public String toString() {
        return "ServerConnection[" + writer + (idle ? ", idle" : "") + "]";
    }
}
