package dev.weft.io.http;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a message, in order. Names are compared without regard to case, and one name may have several fields. What is put in is checked,
 * so that no value can end its line and begin another. Not safe for use by several threads. Mirrors {@code tornado.httputil.HTTPHeaders}.
 */
public final class Headers implements Iterable<Map.Entry<String, String>> {
    private static final boolean[] TOKEN = new boolean[0x80];

    static {
        for (char c = '0'; c <= 'z'; c++) {
            TOKEN[c] = Character.isLetterOrDigit(c);
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private static final Set<String> SECRET =
            Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "www-authenticate");

    /** Name, value, name, value... */
    private final ArrayList<String> fields;

    /** No fields yet. */
    public Headers() {
        fields = new ArrayList<>();
    }

    private Headers(List<String> fields) {
        this.fields = new ArrayList<>(fields);
    }

    /**
     * Fields from names and values by turns: {@code Headers.of("Accept", "text/plain", "X-Id", "7")}.
     *
     * @param namesAndValues a name, its value, a name...
     * @return the fields
     * @throws IllegalArgumentException if a name has no value, or one of them is not allowed in a message
     */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "names and values come in pairs, got " + namesAndValues.length + " strings");
        }
        var headers = new Headers();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    /** {@return an independent copy} */
    public Headers copy() {
        return new Headers(fields);
    }

    // ---- changing

    /**
     * Adds a field, whatever fields of that name there are.
     *
     * @param name its name: a token of RFC 9110, section 5.6.2
     * @param value its value; spaces and tabs around it are dropped
     * @return this
     * @throws IllegalArgumentException if the name is no token, or the value holds CR, LF, NUL, another control character or one beyond U+00FF
     */
    public Headers add(String name, String value) {
        checkName(name);
        String checked = checkedValue(name, value);
        fields.add(name);
        fields.add(checked);
        return this;
    }

    /**
     * As {@link #add}, instead of all fields of that name.
     *
     * @param name its name
     * @param value its value
     * @return this
     * @throws IllegalArgumentException as {@link #add} throws it; nothing is changed then
     */
    public Headers set(String name, String value) {
        checkName(name);
        String checked = checkedValue(name, value);
        remove(name);
        fields.add(name);
        fields.add(checked);
        return this;
    }

    /**
     * Removes all fields of that name.
     *
     * @param name the name
     * @return this
     */
    public Headers remove(String name) {
        for (int i = fields.size() - 2; i >= 0; i -= 2) {
            if (fields.get(i).equalsIgnoreCase(name)) {
                fields.subList(i, i + 2).clear();
            }
        }
        return this;
    }

    // ---- asking

    /**
     * The value of a field.
     *
     * @param name its name
     * @return the value of the first field of that name, null if there is none
     */
    public @Nullable String get(String name) {
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equalsIgnoreCase(name)) {
                return fields.get(i + 1);
            }
        }
        return null;
    }

    /**
     * The values of all fields of a name.
     *
     * @param name their name
     * @return the values, in order
     */
    public List<String> getAll(String name) {
        var values = new ArrayList<String>(2);
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equalsIgnoreCase(name)) {
                values.add(fields.get(i + 1));
            }
        }
        return values;
    }

    /**
     * Whether there is a field of that name.
     *
     * @param name the name
     * @return whether there is
     */
    public boolean contains(String name) {
        return get(name) != null;
    }

    /**
     * Whether a comma-separated field lists something, such as {@code Connection} the word {@code close}.
     *
     * @param name the field's name
     * @param token what to look for, without regard to case
     * @return whether a field of that name lists it
     */
    public boolean lists(String name, String token) {
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equalsIgnoreCase(name)) {
                String value = fields.get(i + 1);
                if (value.equalsIgnoreCase(token)) {
                    return true;
                }
                if (value.indexOf(',') >= 0) {
                    for (String element : value.split(",", -1)) {
                        if (element.strip().equalsIgnoreCase(token)) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }

    /** {@return the names, in lower case, each once} */
    public Set<String> names() {
        var names = new TreeSet<String>();
        for (int i = 0; i < fields.size(); i += 2) {
            names.add(fields.get(i).toLowerCase(Locale.ROOT));
        }
        return names;
    }

    /** {@return how many fields there are} */
    public int size() {
        return fields.size() / 2;
    }

    /** {@return whether there is none} */
    public boolean isEmpty() {
        return fields.isEmpty();
    }

    /** {@return the fields, names and values, in order} */
    @Override
    public Iterator<Map.Entry<String, String>> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < fields.size();
            }

            @Override
            public Map.Entry<String, String> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("no more fields");
                }
                next += 2;
                return new SimpleImmutableEntry<>(fields.get(next - 2), fields.get(next - 1));
            }
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Headers that && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    /** The fields, without the values of those that hold secrets: credentials and cookies. */
    @Override
    public String toString() {
        var text = new StringBuilder("Headers[");
        for (int i = 0; i < fields.size(); i += 2) {
            String name = fields.get(i);
            text.append(i == 0 ? "" : ", ").append(name).append(": ");
            text.append(SECRET.contains(name.toLowerCase(Locale.ROOT)) ? "..." : fields.get(i + 1));
        }
        return text.append(']').toString();
    }

    // ---- checks

    static void checkName(String name) {
        if (!isToken(name)) {
            throw new IllegalArgumentException("not a field name: \"" + escaped(name) + "\"");
        }
    }

    private static String checkedValue(String name, String value) {
        Objects.requireNonNull(value, "value");
        int begin = 0;
        int end = value.length();
        while (begin < end && isBlank(value.charAt(begin))) {
            begin++;
        }
        while (end > begin && isBlank(value.charAt(end - 1))) {
            end--;
        }
        for (int i = begin; i < end; i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                throw new IllegalArgumentException(
                        "the value of %s cannot be sent: it has U+%04X at index %d".formatted(name, (int) c, i));
            }
        }
        return value.substring(begin, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** Whether a text is a token of RFC 9110: what methods and field names are made of. */
    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= TOKEN.length || !TOKEN[c]) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** For messages: no control characters, and not the whole of something long. */
    static String escaped(String text) {
        var shown = new StringBuilder();
        for (int i = 0; i < text.length() && i < 100; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x7f) {
                shown.append("\\u%04x".formatted((int) c));
            } else {
                shown.append(c);
            }
        }
        return text.length() > 100 ? shown + "..." : shown.toString();
    }
}
