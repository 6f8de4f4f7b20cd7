package dev.weft.benchmarks.net;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What a server of {@link Service#WORK} does for each message: a digest of 256 KiB, some hundreds of microseconds, beside which the load, which
 * needs a processor too, counts little. Each thread has one of its own.
 */
final class Work {
    static final int MESSAGE = 16;
    private static final byte[] INPUT = new byte[256 * 1024];

    private final MessageDigest digest;

    Work() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** For so many bytes of messages. */
    void doneFor(int bytes) {
        for (int i = 0; i < bytes; i += MESSAGE) {
            digest.update(INPUT);
            digest.digest();
        }
    }
}
