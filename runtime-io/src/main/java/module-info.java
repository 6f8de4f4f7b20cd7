import org.jspecify.annotations.NullMarked;

/** Streams, servers, transports and protocols over the Weft event loop. */
@NullMarked
module dev.weft.io {
    requires transitive dev.weft;
    requires org.slf4j;
    requires static org.eclipse.jetty.http;
    requires static org.jspecify;

    exports dev.weft.io;
    exports dev.weft.io.http;
    exports dev.weft.io.testing;
    exports dev.weft.io.websocket;
}
