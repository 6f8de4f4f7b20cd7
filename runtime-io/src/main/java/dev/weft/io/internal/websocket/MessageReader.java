package dev.weft.io.internal.websocket;

import dev.weft.io.websocket.CloseCode;
import dev.weft.io.websocket.Message;
import dev.weft.io.websocket.WebSocketProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Takes what the peer sends apart: messages, pings, pongs and the close frame. After it has thrown, it is of no more use but to be closed. */
public final class MessageReader implements AutoCloseable {
    private final FrameReader frame;
    private final @Nullable Inflation inflation;
    private final Payload message;
    private final Payload control = new Payload(125);
    private final Utf8Check utf8 = new Utf8Check();

    private boolean inFrame;

    /** The kind of the message under way, null between messages. */
    private @Nullable Opcode kind;

    private boolean inflating;

    /**
     * For one end of a connection.
     *
     * @param role which end
     * @param deflate how the peer compresses, null if it must not
     * @param maxMessage how many bytes a message may have, decompressed
     * @param maxFrame how many bytes a frame may have
     */
    public MessageReader(Role role, @Nullable DeflateParameters deflate, int maxMessage, int maxFrame) {
        frame = new FrameReader(role, deflate != null, maxFrame);
        inflation = deflate == null ? null : new Inflation(deflate.peerForgets(role));
        message = new Payload(maxMessage);
    }

    /**
     * Takes bytes until there is something to tell.
     *
     * @param in the bytes, in an array that is changed
     * @return what came; null if all bytes were taken, and more are needed
     * @throws WebSocketProtocolException if the peer must not send this; what came before has been returned by the calls before
     */
    public @Nullable Incoming next(ByteBuffer in) throws WebSocketProtocolException {
        while (true) {
            if (!inFrame) {
                if (!frame.readHeader(in)) {
                    return null;
                }
                inFrame = true;
                begin();
            }
            int count = frame.unmask(in);
            take(in.array(), in.arrayOffset() + in.position(), count);
            in.position(in.position() + count);
            frame.consumed(count);
            if (frame.left() > 0) {
                return null;
            }
            inFrame = false;
            Incoming whole = end();
            if (whole != null) {
                return whole;
            }
        }
    }

    private void begin() throws WebSocketProtocolException {
        Opcode opcode = frame.opcode();
        if (opcode.isControl()) {
            return;
        }
        if (opcode == Opcode.CONTINUATION) {
            if (kind == null) {
                throw FrameReader.violation("a continuation frame has nothing to continue");
            }
        } else if (kind != null) {
            throw FrameReader.violation("a message begins before the one before has ended");
        } else {
            kind = opcode;
            inflating = frame.rsv1();
        }
        if (!inflating) {
            message.checkMore(frame.left()); // before a byte of it is kept
        }
    }

    private void take(byte[] bytes, int offset, int length) throws WebSocketProtocolException {
        if (frame.opcode().isControl()) {
            control.append(bytes, offset, length);
            return;
        }
        int before = message.size();
        if (inflating && inflation != null) {
            inflation.inflate(bytes, offset, length, message);
        } else {
            message.append(bytes, offset, length);
        }
        checkText(before);
    }

    /** That what was added since is UTF-8. */
    private void checkText(int from) throws WebSocketProtocolException {
        if (kind == Opcode.TEXT && !utf8.accepts(message.bytes(), from, message.size() - from)) {
            throw notUtf8("a message of text");
        }
    }

    private @Nullable Incoming end() throws WebSocketProtocolException {
        return switch (frame.opcode()) {
            case PING -> new Incoming.Ping(control.takeBytes());
            case PONG -> new Incoming.Pong(control.takeBytes());
            case CLOSE -> close(control.takeBytes());
            case CONTINUATION, TEXT, BINARY -> frame.fin() ? endMessage() : null;
        };
    }

    private Incoming endMessage() throws WebSocketProtocolException {
        if (inflating && inflation != null) {
            int before = message.size();
            inflation.endMessage(message);
            checkText(before);
        }
        boolean text = kind == Opcode.TEXT;
        kind = null;
        int size = message.size();
        if (!text) {
            return new Incoming.Data(new Message.Binary(message.takeBytes()), size);
        }
        if (!utf8.isComplete()) {
            throw notUtf8("a message of text");
        }
        return new Incoming.Data(new Message.Text(message.takeText()), size);
    }

    private Incoming close(byte[] payload) throws WebSocketProtocolException {
        if (payload.length == 0) {
            return new Incoming.Close(CloseCode.NO_STATUS, "");
        }
        if (payload.length == 1) {
            throw FrameReader.violation("a close frame has half a close code");
        }
        int code = (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
        if (!CloseCode.maySend(code)) {
            throw FrameReader.violation("a close frame has the code " + code + ", which must not be sent");
        }
        var check = new Utf8Check();
        if (!check.accepts(payload, 2, payload.length - 2) || !check.isComplete()) {
            throw notUtf8("the reason of a close frame");
        }
        return new Incoming.Close(code, new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
    }

    private static WebSocketProtocolException notUtf8(String what) {
        return new WebSocketProtocolException(CloseCode.INVALID_DATA, what + " is not UTF-8");
    }

    /** Gives the memory of messages under way, and of the decompressor, back. */
    @Override
    public void close() {
        message.clear();
        if (inflation != null) {
            inflation.close();
        }
    }
}
