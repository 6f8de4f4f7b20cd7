package dev.weft.io.internal.http1;

import dev.weft.io.http.Headers;

/**
 * The head of a request.
 *
 * @param method such as GET
 * @param target as it was sent
 * @param http10 whether it is HTTP/1.0, not 1.1
 * @param headers the fields
 * @param framing where its body ends
 */
public record RequestHead(String method, String target, boolean http10, Headers headers, BodyFraming framing) {}
