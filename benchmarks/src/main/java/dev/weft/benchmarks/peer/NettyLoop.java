package dev.weft.benchmarks.peer;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One of Netty's event loops, on the JDK's selector. */
public final class NettyLoop implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();

    /** A running loop. */
    public NettyLoop() {}

    /**
     * Has the loop call something.
     *
     * @param job what
     */
    public void execute(Runnable job) {
        loop.execute(job);
    }

    /**
     * Has the loop call something later.
     *
     * @param job what
     * @param nanos how much later
     * @return to cancel it
     */
    public Future<?> schedule(Runnable job, long nanos) {
        return loop.schedule(job, nanos, TimeUnit.NANOSECONDS);
    }

    /** Ends the loop and its thread. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
