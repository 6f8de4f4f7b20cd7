package dev.weft.benchmarks.net;

import dev.weft.benchmarks.peer.TestIdentity;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** Netty, on the JDK's selector or on its own epoll. TLS by the JDK's engine. */
final class NettyServer implements Server {
    private final boolean epoll;

    NettyServer(boolean epoll) {
        this.epoll = epoll;
    }

    @Override
    public int start(Service service, Path identity, int loops) throws Exception {
        @Nullable SSLContext context = service == Service.TLS ? TestIdentity.context(identity, null) : null;
        var group =
                new MultiThreadIoEventLoopGroup(loops, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        var channel = new ServerBootstrap()
                .group(group)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel accepted) {
                        ChannelPipeline pipeline = accepted.pipeline();
                        if (context != null) {
                            SSLEngine engine = context.createSSLEngine();
                            engine.setUseClientMode(false);
                            pipeline.addLast(new io.netty.handler.ssl.SslHandler(engine));
                        }
                        pipeline.addLast(handlers(service));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    private static ChannelHandler[] handlers(Service service) {
        return switch (service) {
            case ECHO, TLS, IDLE -> new ChannelHandler[] {new Echo()};
            case WORK -> new ChannelHandler[] {new Working()};
            case HTTP -> new ChannelHandler[] {new HttpServerCodec(), new Greeting()};
        };
    }

    private static class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private static final class Working extends Echo {
        private final Work work = new Work();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            work.doneFor(((ByteBuf) message).readableBytes());
            super.channelRead(context, message);
        }
    }

    /** With the headers that Weft's server sends. */
    private static final class Greeting extends Echo {
        private static final byte[] BODY = Service.GREETING.getBytes(StandardCharsets.UTF_8);
        private static long dateAt;
        private static String date = "";

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest) {
                var response = new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(BODY));
                response.headers()
                        .set(HttpHeaderNames.DATE, date())
                        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                        .setInt(HttpHeaderNames.CONTENT_LENGTH, BODY.length);
                context.write(response, context.voidPromise());
            }
            ReferenceCountUtil.release(message);
        }

        private static String date() {
            long now = System.nanoTime();
            if (date.isEmpty() || now - dateAt > 1_000_000_000) {
                date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
                dateAt = now;
            }
            return date;
        }
    }
}
