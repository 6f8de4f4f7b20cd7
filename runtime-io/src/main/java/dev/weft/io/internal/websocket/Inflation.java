package dev.weft.io.internal.websocket;

import dev.weft.io.websocket.CloseCode;
import dev.weft.io.websocket.WebSocketProtocolException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decompresses messages: RFC 7692, section 7.2.2. Gives at most as many bytes as the payload allows, whatever they come from. */
final class Inflation implements AutoCloseable {
    private static final byte[] TAIL = {0, 0, -1, -1};
    private static final int STEP = 4096;

    private final boolean forgets;
    private final Inflater inflater = new Inflater(true);

    /** Whether no message refers to those before. */
    Inflation(boolean forgets) {
        this.forgets = forgets;
    }

    void inflate(byte[] source, int offset, int length, Payload target) throws WebSocketProtocolException {
        inflater.setInput(source, offset, length);
        try {
            while (true) {
                if (target.room() == 0) {
                    // One byte more than allowed shows that there is too much; none would look like the end.
                    if (target.allowance() == 0) {
                        checkNothingLeft(target);
                        return;
                    }
                    target.makeRoom(Math.min(target.allowance(), STEP));
                }
                int count = inflater.inflate(target.bytes(), target.size(), target.room());
                target.filled(count);
                if (inflater.finished()) {
                    // A block said that it is the last one, which it may; more can follow, from an empty window.
                    int left = inflater.getRemaining();
                    int end = offset + length;
                    inflater.reset();
                    inflater.setInput(source, end - left, left);
                    if (left == 0) {
                        return;
                    }
                } else if (count == 0) {
                    if (inflater.needsDictionary()) {
                        throw invalid("it needs a dictionary");
                    }
                    return;
                }
            }
        } catch (DataFormatException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private void checkNothingLeft(Payload full) throws DataFormatException, WebSocketProtocolException {
        if (inflater.inflate(new byte[1]) > 0) {
            throw full.tooBig();
        }
        if (!inflater.finished() && !inflater.needsInput()) {
            throw full.tooBig();
        }
    }

    void endMessage(Payload target) throws WebSocketProtocolException {
        inflate(TAIL, 0, TAIL.length, target);
        if (forgets) {
            inflater.reset();
        }
    }

    private static WebSocketProtocolException invalid(String why) {
        return new WebSocketProtocolException(CloseCode.INVALID_DATA, "a compressed message is damaged: " + why);
    }

    @Override
    public void close() {
        inflater.end();
    }
}
