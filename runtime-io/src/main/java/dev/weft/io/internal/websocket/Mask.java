package dev.weft.io.internal.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/** Masking: RFC 6455, section 5.3. A key is an int, its first byte the highest. */
final class Mask {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private static final SecureRandom RANDOM = new SecureRandom();

    /** Random bytes are fetched for so many keys at a time: one by one each key would cost a system call. */
    private static final int KEYS_AT_ONCE = 64;

    private final byte[] keys = new byte[4 * KEYS_AT_ONCE];
    private int next = keys.length;

    /** A key that nobody can predict from those before, as the RFC asks for. */
    int newKey() {
        if (next == keys.length) {
            RANDOM.nextBytes(keys);
            next = 0;
        }
        int key = (int) INTS.get(keys, next);
        next += 4;
        return key;
    }

    /**
     * Masks bytes in place, or unmasks them: it is the same.
     *
     * @param key the key
     * @param done how many bytes of the payload came before these
     */
    static void apply(int key, long done, byte[] bytes, int offset, int length) {
        int turned = Integer.rotateLeft(key, 8 * (int) (done & 3));
        long twice = ((long) turned << 32) | (turned & 0xffffffffL);
        int at = offset;
        int end = offset + length;
        for (; at <= end - 8; at += 8) {
            LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ twice);
        }
        for (int shift = 24; at < end; at++, shift = (shift - 8) & 31) {
            bytes[at] ^= (byte) (turned >>> shift);
        }
    }
}
