package dev.weft.io.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The decoded parameters of a query or a form: names, each with one or more values. Immutable. */
public final class Parameters {
    static final Parameters NONE = new Parameters(Map.of());

    private final Map<String, List<String>> values;

    private Parameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * Decodes {@code name=value} pairs between ampersands. Empty ones are overlooked.
     *
     * @throws HttpStatusException 400 if something is not encoded correctly, 413 if there are too many
     */
    static Parameters parse(String text, int most) {
        if (text.isEmpty()) {
            return NONE;
        }
        var values = new LinkedHashMap<String, List<String>>();
        int count = 0;
        int begin = 0;
        while (begin <= text.length()) {
            int ampersand = text.indexOf('&', begin);
            int end = ampersand < 0 ? text.length() : ampersand;
            if (end > begin) {
                if (++count > most) {
                    throw new HttpStatusException(413, "more than " + most + " parameters");
                }
                int equals = text.indexOf('=', begin);
                boolean hasValue = equals >= 0 && equals < end;
                String name = PercentCodec.decode(text.substring(begin, hasValue ? equals : end), true);
                String value = hasValue ? PercentCodec.decode(text.substring(equals + 1, end), true) : "";
                values.computeIfAbsent(name, ignored -> new ArrayList<>(1)).add(value);
            }
            begin = end + 1;
        }
        return new Parameters(values);
    }

    /**
     * The first value of a parameter.
     *
     * @param name its name
     * @return the value, empty if it was given without one; null if the parameter is not there
     */
    public @Nullable String get(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.getFirst();
    }

    /**
     * The first value of a parameter, or another.
     *
     * @param name its name
     * @param fallback returned if the parameter is not there
     * @return the value
     */
    public String get(String name, String fallback) {
        String value = get(name);
        return value == null ? fallback : value;
    }

    /**
     * All values of a parameter.
     *
     * @param name its name
     * @return the values, in order
     */
    public List<String> getAll(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    /** {@return the names, in the order in which they first came} */
    public Set<String> names() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /** Their names only: values may be secrets. */
    @Override
    public String toString() {
        return "Parameters" + values.keySet();
    }
}
