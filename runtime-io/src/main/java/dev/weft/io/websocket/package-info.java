/** WebSockets in direct style, for servers and clients: RFC 6455, with messages compressed as RFC 7692 has it. */
package dev.weft.io.websocket;
