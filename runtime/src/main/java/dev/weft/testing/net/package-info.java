/**
 * The machinery behind {@link dev.weft.testing.SimNet}: hosts, routes and sockets that exist only in memory. Knows no loop: time comes from
 * a {@link dev.weft.testing.net.Timeline}, and one thread at a time may call.
 */
@org.jspecify.annotations.NullMarked
package dev.weft.testing.net;
