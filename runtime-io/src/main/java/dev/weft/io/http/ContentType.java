package dev.weft.io.http;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What {@code Content-Type} says, and fields of the same form: a value, and parameters after semicolons. */
final class ContentType {
    private ContentType() {}

    /** Whether a field's value, if there is any, is of this type, whatever its parameters. */
    static boolean is(@Nullable String value, String type) {
        return value != null && essence(value).equals(type);
    }

    /** The type without its parameters, in lower case. */
    static String essence(String value) {
        int semicolon = value.indexOf(';');
        return (semicolon < 0 ? value : value.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    /**
     * The charset that a value names; UTF-8 if it names none.
     *
     * @throws IllegalArgumentException if it is unknown
     */
    static Charset charset(@Nullable String value) {
        String name = value == null ? null : parameter(value, "charset");
        return name == null ? StandardCharsets.UTF_8 : Charset.forName(name);
    }

    /**
     * A parameter's value, unquoted: RFC 9110, section 5.6.6.
     *
     * @return the value, null if there is no such parameter, or the field is malformed before it
     */
    static @Nullable String parameter(String value, String name) {
        int at = value.indexOf(';');
        while (at >= 0 && at < value.length()) {
            int begin = skipBlanks(value, at + 1);
            int equals = begin;
            while (equals < value.length() && value.charAt(equals) != '=' && value.charAt(equals) != ';') {
                equals++;
            }
            if (equals == value.length()) {
                return null;
            }
            if (value.charAt(equals) == ';') { // an empty parameter
                at = equals;
                continue;
            }
            String found = value.substring(begin, equals).strip();
            var content = new StringBuilder();
            int end = equals + 1;
            if (end < value.length() && value.charAt(end) == '"') {
                end++;
                while (end < value.length() && value.charAt(end) != '"') {
                    if (value.charAt(end) == '\\' && end + 1 < value.length()) {
                        end++;
                    }
                    content.append(value.charAt(end++));
                }
                if (end == value.length()) {
                    return null; // the quote is not closed
                }
                end = value.indexOf(';', end);
            } else {
                int semicolon = value.indexOf(';', end);
                content.append(value.substring(end, semicolon < 0 ? value.length() : semicolon)
                        .strip());
                end = semicolon;
            }
            if (found.equalsIgnoreCase(name)) {
                return content.toString();
            }
            at = end;
        }
        return null;
    }

    private static int skipBlanks(String value, int from) {
        int at = from;
        while (at < value.length() && (value.charAt(at) == ' ' || value.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }
}
