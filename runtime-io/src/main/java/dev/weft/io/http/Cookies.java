package dev.weft.io.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The cookies that a peer sends: RFC 6265, section 5.4. */
final class Cookies {
    /** More pairs than these are not looked at. */
    private static final int MOST = 200;

    private Cookies() {}

    /**
     * Takes the fields apart, in one pass. Of several cookies of one name the first counts, being the one with the more specific path. What is no
     * pair is overlooked: any other site of the domain may have set it.
     */
    static Map<String, String> parse(Iterable<String> fields) {
        var cookies = new LinkedHashMap<String, String>();
        int pairs = 0;
        for (String field : fields) {
            int begin = 0;
            while (begin < field.length() && pairs < MOST) {
                int semicolon = field.indexOf(';', begin);
                int end = semicolon < 0 ? field.length() : semicolon;
                int equals = field.indexOf('=', begin);
                if (equals >= 0 && equals < end) {
                    String name = field.substring(begin, equals).strip();
                    if (Headers.isToken(name)) {
                        cookies.putIfAbsent(
                                name, unquoted(field.substring(equals + 1, end).strip()));
                        pairs++;
                    }
                } else if (equals < 0) {
                    break; // no pair is left
                }
                begin = end + 1;
            }
        }
        return Collections.unmodifiableMap(cookies);
    }

    private static String unquoted(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
