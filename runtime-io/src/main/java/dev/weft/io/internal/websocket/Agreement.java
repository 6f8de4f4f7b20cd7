package dev.weft.io.internal.websocket;

import org.jspecify.annotations.Nullable;

/**
 * What both ends have agreed to in the handshake.
 *
 * @param subprotocol the subprotocol, empty for none
 * @param deflate how messages are compressed, null if they are not
 */
public record Agreement(String subprotocol, @Nullable DeflateParameters deflate) {}
