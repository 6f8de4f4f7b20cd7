package dev.weft.benchmarks.tls;

import java.io.IOException;

/**
 * A server under measurement. On each connection it is told what to do by the first byte: {@link #ECHO} sends back what comes, until the
 * client ends; {@link #SEND} sends as many bytes as the next eight say, most significant first; {@link #RECEIVE} takes as many, and
 * answers with one byte.
 */
interface Side extends AutoCloseable {
    int ECHO = 'e';
    int SEND = 's';
    int RECEIVE = 'r';

    /** So much is read and written at a time. */
    int PIECE = 64 * 1024;

    String name();

    int port();

    @Override
    void close() throws IOException;
}
