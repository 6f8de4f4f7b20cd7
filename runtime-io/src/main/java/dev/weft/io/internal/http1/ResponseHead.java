package dev.weft.io.internal.http1;

import dev.weft.io.http.Headers;

/**
 * The head of a response.
 *
 * @param status 100 to 599
 * @param reason the text after it
 * @param http10 whether it is HTTP/1.0, not 1.1
 * @param headers the fields
 * @param framing where its body ends
 */
public record ResponseHead(int status, String reason, boolean http10, Headers headers, BodyFraming framing) {}
