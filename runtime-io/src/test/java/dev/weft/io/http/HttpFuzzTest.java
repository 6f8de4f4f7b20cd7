package dev.weft.io.http;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weft.io.internal.http1.BodyDecoder;
import dev.weft.io.internal.http1.HttpLimits;
import dev.weft.io.internal.http1.MessageReader;
import dev.weft.io.internal.http1.RequestHead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Mutated requests, by a seed: whatever comes, the one thing thrown is the protocol error, and splits make no difference. */
final class HttpFuzzTest {
    private static final int INPUTS = 100_000;
    private static final long SEED = 20261120;

    /** Bytes that mean something. */
    private static final byte[] TELLING =
            "\r\n\r\n :;,\t0159afgZ+-x\"\\=/?#%\0\u007f\u0080\u00ff".getBytes(StandardCharsets.ISO_8859_1);

    private final HttpLimits limits = new HttpLimits(200, 200, 500, 20, 40, 100);

    private static List<byte[]> seeds() {
        var seeds = new ArrayList<byte[]>();
        HttpFramingTest.malformed().forEach(bad -> {
            String request = bad.request();
            seeds.add(request.substring(0, Math.min(400, request.length())).getBytes(StandardCharsets.ISO_8859_1));
        });
        for (String good : List.of(
                "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /a?b HTTP/1.0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: x\r\n\r\n",
                HttpServerTest.wire("""
                    POST / HTTP/1.1
                    Host: x
                    Transfer-Encoding: chunked

                    5;a=b
                    hello
                    0
                    A: b

                    """))) {
            for (int i = 0; i < 20; i++) {
                seeds.add(good.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return seeds;
    }

    private static byte[] mutated(byte[] seed, List<byte[]> seeds, Random random) {
        byte[] bytes = seed.clone();
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
            int at = random.nextInt(bytes.length + 1);
            switch (random.nextInt(6)) {
                case 0 -> bytes = spliced(bytes, at, 0, new byte[] {TELLING[random.nextInt(TELLING.length)]});
                case 1 -> bytes = spliced(bytes, at, 1, new byte[] {TELLING[random.nextInt(TELLING.length)]});
                case 2 -> bytes = spliced(bytes, at, 1 + random.nextInt(4), new byte[0]);
                case 3 -> bytes = spliced(bytes, at, 1, new byte[] {(byte) random.nextInt(256)});
                case 4 -> {
                    int from = random.nextInt(bytes.length + 1);
                    int to = Math.min(bytes.length, from + random.nextInt(30));
                    bytes = spliced(bytes, at, 0, Arrays.copyOfRange(bytes, from, to));
                }
                default -> {
                    byte[] other = seeds.get(random.nextInt(seeds.size()));
                    bytes = spliced(
                            bytes,
                            at,
                            bytes.length,
                            Arrays.copyOfRange(other, Math.min(at, other.length), other.length));
                }
            }
        }
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int at, int dropped, byte[] put) {
        int rest = Math.min(bytes.length, at + dropped);
        var result = new byte[at + put.length + bytes.length - rest];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(put, 0, result, at, put.length);
        System.arraycopy(bytes, rest, result, at + put.length, bytes.length - rest);
        return result;
    }

    /** What becomes of a connection over which these pieces come: requests, bodies and how it ends. */
    private String outcome(List<ByteBuffer> pieces) {
        var seen = new StringBuilder();
        var messages = MessageReader.ofRequests(limits);
        BodyDecoder body = null;
        try {
            for (ByteBuffer piece : pieces) {
                while (piece.hasRemaining() || (body != null && body.isDone())) {
                    if (body == null) {
                        RequestHead head = messages.takeRequest(piece);
                        if (head == null) {
                            break;
                        }
                        RequestTarget target = RequestTarget.parse(head.method(), head.target());
                        seen.append(head.method())
                                .append(target)
                                .append(head.headers())
                                .append(':');
                        body = BodyDecoder.of(head.framing(), limits);
                    } else if (body.isDone()) {
                        seen.append(body.trailers()).append('|');
                        body = null;
                    } else {
                        seen.append(StandardCharsets.ISO_8859_1.decode(body.decode(piece)));
                    }
                }
            }
            return seen.append(body == null ? messages.isBetweenMessages() : "in a body")
                    .toString();
        } catch (HttpProtocolException e) {
            assertTrue(List.of(400, 414, 431, 501, 505).contains(e.status()), e.toString());
            return seen.append(e.status()).append(e.getMessage()).toString();
        }
    }

    @Test
    void mutatedRequests_throwNothingButTheProtocolError_howeverTheyAreSplit() {
        fuzz(SEED, INPUTS);
    }

    /** Fails at the first input that does anything else, and tells which one. */
    void fuzz(long seed, int inputs) {
        var random = new Random(seed);
        List<byte[]> seeds = seeds();
        long refused = 0;
        for (int i = 0; i < inputs; i++) {
            byte[] input = mutated(seeds.get(random.nextInt(seeds.size())), seeds, random);
            String whole;
            try {
                whole = outcome(List.of(ByteBuffer.wrap(input)));
                var pieces = new ArrayList<ByteBuffer>();
                for (int at = 0; at < input.length; ) {
                    int length = Math.min(input.length - at, 1 + random.nextInt(i % 2 == 0 ? 1 : 40));
                    pieces.add(ByteBuffer.wrap(Arrays.copyOfRange(input, at, at + length)));
                    at += length;
                }
                String split = outcome(pieces);
                if (!split.equals(whole)) {
                    fail("input %d of seed %d: whole %s, split %s".formatted(i, seed, whole, split));
                }
            } catch (RuntimeException e) {
                throw new AssertionError(
                        "input %d of seed %d: %s".formatted(i, seed, new String(input, StandardCharsets.ISO_8859_1)),
                        e);
            }
            if (!whole.endsWith("true") && !whole.endsWith("false")) {
                refused++;
            }
        }
        assertTrue(refused > inputs / 2 && refused < inputs, "refused: " + refused);
    }
}
