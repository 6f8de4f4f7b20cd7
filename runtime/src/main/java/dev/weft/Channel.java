package dev.weft;

import java.util.Objects;

/**
 * Items on their way from senders to receivers, first in, first out on both sides, with an end that both sides can see: a channel is a
 * {@link Queue} whose two ends are objects of their own, which are handed to those who may use them and closed when they are done.
 *
 * <p>Each end can be {@linkplain Sender#clone cloned}; the channel counts. When the last sender is closed, receivers get what is left
 * and then an {@link EndOfChannelException}; when the last receiver is closed, what is left is dropped and senders get a
 * {@link BrokenResourceException}. As trio's {@code open_memory_channel} and Kotlin's {@code Channel}.
 *
 * <p>Made anywhere, also without a loop; belongs to the first loop on which a task has to wait. Except for one made by
 * {@link #threadsafe}, it is used on that loop's thread only. There is no {@code null} among the items.
 *
 * <pre>{@code
 * var channel = Channel.<String>open(10);
 * createTask(() -> {
 *     try (var sender = channel.sender()) {
 *         sender.send("hello");
 *     }
 * });
 * for (String item : channel.receiver()) {
 *     ...
 * }
 * }</pre>
 *
 * @param sender the end that items go in
 * @param receiver the end that they come out of
 * @param <T> the type of the items
 */
public record Channel<T>(Sender<T> sender, Receiver<T> receiver) {
    /**
     * A channel between its two ends.
     *
     * @param sender the end that items go in
     * @param receiver the end that they come out of
     */
    public Channel {
        Objects.requireNonNull(sender, "sender");
        Objects.requireNonNull(receiver, "receiver");
    }

    /**
     * A channel in which a sender waits when it is full.
     *
     * @param capacity how many items it holds at most. With zero it is a rendezvous: a sender waits until a receiver has taken its item
     * @return the channel's first two ends
     * @param <T> the type of the items
     * @throws IllegalArgumentException if the capacity is negative
     */
    public static <T> Channel<T> open(int capacity) {
        return open(capacity, ChannelOptions.DEFAULT);
    }

    /**
     * A channel.
     *
     * @param capacity how many items it holds at most
     * @param options what happens when it is full
     * @return the channel's first two ends
     * @param <T> the type of the items
     * @throws IllegalArgumentException if the capacity is negative, or zero for a channel that drops items
     */
    public static <T> Channel<T> open(int capacity, ChannelOptions options) {
        Objects.requireNonNull(options, "options");
        if (capacity < 0) {
            throw new IllegalArgumentException("a channel needs a capacity of 0 or more, got " + capacity);
        }
        if (capacity == 0 && options.overflow() != Overflow.SUSPEND) {
            throw new IllegalArgumentException(
                    "a channel that drops items needs a capacity of 1 or more, got 0 with " + options.overflow());
        }
        var conduit = new Conduit<T>(capacity, new Slots(capacity), options.overflow(), null);
        return new Channel<>(new LoopSender<>(conduit), new Receiver<>(conduit));
    }

    /** {@return options to be changed and given to {@link #open(int, ChannelOptions)}} */
    public static ChannelOptions options() {
        return ChannelOptions.DEFAULT;
    }

    /**
     * A channel from any threads to the tasks of a loop: {@link Sender#offer} and {@link Sender#put}, {@code clone} and {@code close} of
     * its senders may be called from every thread. Its receivers, and {@link Sender#send}, are the loop's.
     *
     * @param loop whose tasks receive
     * @param capacity how many items it holds at most
     * @return the channel's first two ends
     * @param <T> the type of the items
     * @throws IllegalArgumentException if the capacity is less than one
     */
    public static <T> Channel<T> threadsafe(EventLoop loop, int capacity) {
        Objects.requireNonNull(loop, "loop");
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "a channel between threads needs a capacity of 1 or more, got " + capacity);
        }
        var inlet = new ThreadInlet<T>(loop, capacity);
        return new Channel<>(new ThreadSender<>(inlet), new Receiver<>(inlet.conduit()));
    }
}
