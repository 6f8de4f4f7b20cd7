package dev.weft.io.http;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Conditional requests: RFC 9110, section 13, for one representation. */
final class Preconditions {
    private Preconditions() {}

    /**
     * What the conditions of a GET or HEAD come to.
     *
     * @param tag the representation's strong entity tag, with its quotes
     * @param modified when it was last changed, in whole seconds
     * @return 412, 304, or 200 to go on
     */
    static int check(Headers headers, String tag, Instant modified) {
        if (headers.contains("If-Match")) {
            if (!matches(headers.getAll("If-Match"), tag, false)) {
                return 412;
            }
        } else {
            Instant unmodifiedSince = HttpDate.parse(headers.get("If-Unmodified-Since"));
            if (unmodifiedSince != null && modified.isAfter(unmodifiedSince)) {
                return 412;
            }
        }
        if (headers.contains("If-None-Match")) {
            return matches(headers.getAll("If-None-Match"), tag, true) ? 304 : 200;
        }
        Instant modifiedSince = HttpDate.parse(headers.get("If-Modified-Since"));
        return modifiedSince != null && !modified.isAfter(modifiedSince) ? 304 : 200;
    }

    /** Whether a range is to be sent, or the whole because it is not what the peer has a part of. */
    static boolean allowsRange(Headers headers, String tag, Instant modified) {
        String condition = headers.get("If-Range");
        if (condition == null) {
            return true;
        }
        if (condition.startsWith("\"") || condition.startsWith("W/")) {
            return condition.equals(tag);
        }
        @Nullable Instant date = HttpDate.parse(condition);
        return date != null && date.equals(modified);
    }

    private static boolean matches(List<String> fields, String tag, boolean weakly) {
        for (String field : fields) {
            if (field.equals("*")) {
                return true;
            }
            for (String element : field.split(",", -1)) {
                String candidate = element.strip();
                if (weakly && candidate.startsWith("W/")) {
                    candidate = candidate.substring(2);
                }
                if (candidate.equals(tag)) {
                    return true;
                }
            }
        }
        return false;
    }
}
