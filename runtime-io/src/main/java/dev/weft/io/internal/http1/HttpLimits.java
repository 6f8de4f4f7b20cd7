package dev.weft.io.internal.http1;

/**
 * How much of a message's frame is taken in, in bytes without the line ends.
 *
 * @param startLineBytes of the request or status line
 * @param fieldBytes of one field's line
 * @param headBytes of all fields of a head
 * @param fields how many fields a head, or the trailers, have
 * @param chunkLineBytes of a chunk's size and extensions
 * @param trailerBytes of all trailers
 */
public record HttpLimits(
        int startLineBytes, int fieldBytes, int headBytes, int fields, int chunkLineBytes, int trailerBytes) {
    public static final HttpLimits DEFAULT = new HttpLimits(8 * 1024, 8 * 1024, 32 * 1024, 100, 256, 8 * 1024);
}
