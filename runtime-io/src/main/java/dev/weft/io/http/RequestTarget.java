package dev.weft.io.http;

import java.util.Locale;

/**
 * What the target of a request says: RFC 9112, section 3.2.
 *
 * @param authority host and port of a whole URL, else empty
 * @param path up to the query, percent-encoded
 * @param query without its question mark, empty if there is none
 */
record RequestTarget(String authority, String path, String query) {
    /**
     * Takes a target apart.
     *
     * @throws HttpProtocolException 400 if it has none of the forms, 501 for CONNECT
     */
    static RequestTarget parse(String method, String target) throws HttpProtocolException {
        if (method.equals("CONNECT")) {
            throw new HttpProtocolException(501, "CONNECT is not supported");
        }
        if (target.startsWith("/")) {
            return split("", target);
        }
        if (target.equals("*") && method.equals("OPTIONS")) {
            return new RequestTarget("", target, "");
        }
        String scheme = target.substring(0, Math.min(8, target.length())).toLowerCase(Locale.ROOT);
        int authority = scheme.startsWith("http://") ? 7 : scheme.equals("https://") ? 8 : -1;
        if (authority < 0) {
            throw new HttpProtocolException(400, "the target is neither a path nor a URL");
        }
        int end = authority;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        String host = target.substring(authority, end);
        if (host.isEmpty() || host.indexOf('@') >= 0) {
            throw new HttpProtocolException(400, "the target's URL has no host, or credentials");
        }
        String rest = target.substring(end);
        return split(host, rest.startsWith("/") ? rest : "/" + rest);
    }

    private static RequestTarget split(String authority, String pathAndQuery) {
        int question = pathAndQuery.indexOf('?');
        return question < 0
                ? new RequestTarget(authority, pathAndQuery, "")
                : new RequestTarget(
                        authority, pathAndQuery.substring(0, question), pathAndQuery.substring(question + 1));
    }
}
