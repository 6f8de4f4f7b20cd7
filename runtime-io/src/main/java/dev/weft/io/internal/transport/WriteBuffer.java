package dev.weft.io.internal.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayDeque;

/** Bytes to be sent: a queue of chunks, so that small writes are sent together and large ones need not be moved. */
public final class WriteBuffer {
    private static final int CHUNK = 16 * 1024;
    private static final int LARGEST_CHUNK = 128 * 1024;

    /** So many chunks, or so many bytes, in one system call: the JDK copies all it is offered, even what does not go out. */
    private static final int GATHERED_CHUNKS = 16;

    private static final int GATHERED_BYTES = 256 * 1024;

    /** Ready to be read, except that behind the last one's limit there may be room for more. */
    private final ArrayDeque<ByteBuffer> chunks = new ArrayDeque<>();

    private int size;

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Copies everything that is left in the buffer. */
    public void append(ByteBuffer data) {
        size = Math.addExact(size, data.remaining());
        ByteBuffer last = chunks.peekLast();
        if (last != null) {
            fill(last, data);
        }
        while (data.hasRemaining()) {
            int capacity = Math.clamp(data.remaining(), CHUNK, LARGEST_CHUNK);
            ByteBuffer chunk = ByteBuffer.allocate(capacity).limit(0);
            fill(chunk, data);
            chunks.addLast(chunk);
        }
    }

    /** Moves as much as there is room for behind the chunk's limit. */
    private static void fill(ByteBuffer chunk, ByteBuffer data) {
        int length = Math.min(chunk.capacity() - chunk.limit(), data.remaining());
        if (length > 0) {
            int end = chunk.limit();
            chunk.limit(end + length);
            chunk.put(end, data, data.position(), length);
            data.position(data.position() + length);
        }
    }

    /**
     * Sends what the channel takes.
     *
     * @param most so many bytes at most
     * @return whether the buffer is empty now
     */
    boolean writeTo(GatheringByteChannel channel, int most) throws IOException {
        long left = most;
        while (size > 0 && left > 0) {
            ByteBuffer[] batch = batch();
            long offered = 0;
            for (ByteBuffer chunk : batch) {
                offered += chunk.remaining();
            }
            long sent = offered > left
                    ? writeFirst(channel, batch[0], left)
                    : batch.length == 1 ? channel.write(batch[0]) : channel.write(batch);
            taken((int) sent);
            if (sent == 0 || (offered <= left && sent < offered)) {
                return false; // the channel is full
            }
            left -= sent;
        }
        return size == 0;
    }

    private static int writeFirst(GatheringByteChannel channel, ByteBuffer chunk, long most) throws IOException {
        int end = chunk.limit();
        chunk.limit(chunk.position() + (int) Math.min(most, chunk.remaining()));
        try {
            return channel.write(chunk);
        } finally {
            chunk.limit(end);
        }
    }

    /**
     * The first bytes, for somebody who takes some of them and then calls {@link #taken}.
     *
     * @return some chunks; none if the buffer is empty
     */
    public ByteBuffer[] first() {
        return batch();
    }

    /** After so many bytes of {@link #first} were taken. */
    public void taken(int bytes) {
        size -= bytes;
        while (!chunks.isEmpty() && !chunks.peekFirst().hasRemaining()) {
            chunks.removeFirst();
        }
    }

    private ByteBuffer[] batch() {
        int count = 0;
        int bytes = 0;
        for (ByteBuffer chunk : chunks) {
            if (count == GATHERED_CHUNKS || bytes >= GATHERED_BYTES) {
                break;
            }
            count++;
            bytes += chunk.remaining();
        }
        var batch = new ByteBuffer[count];
        var iterator = chunks.iterator();
        for (int i = 0; i < count; i++) {
            batch[i] = iterator.next();
        }
        return batch;
    }

    public void clear() {
        chunks.clear();
        size = 0;
    }
}
