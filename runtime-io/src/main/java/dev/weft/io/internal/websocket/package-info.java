/** RFC 6455 and RFC 7692 without input and output: bytes in, messages out, and back. Knows neither streams nor the loop. */
package dev.weft.io.internal.websocket;
