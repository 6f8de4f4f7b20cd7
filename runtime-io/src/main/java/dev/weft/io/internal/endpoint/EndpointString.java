package dev.weft.io.internal.endpoint;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A description such as {@code tcp:host=example.org:port=80}: a type, and arguments with or without names, separated by colons. A backslash
 * takes the meaning from the character after it; an equals sign has one only where it is the first of its argument.
 *
 * @param text all of it, for messages
 * @param type what comes first
 * @param positional the arguments without names, in order
 * @param named the arguments with names
 */
public record EndpointString(String text, String type, List<String> positional, Map<String, String> named) {
    /**
     * Takes a description apart.
     *
     * @throws IllegalArgumentException if it cannot be one
     */
    public static EndpointString parse(String text) {
        var fields = new ArrayList<Field>();
        var field = new Field();
        for (int at = 0; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next == '\\') {
                if (++at == text.length()) {
                    throw bad(text, "nothing comes after the last backslash");
                }
                field.value.append(text.charAt(at));
            } else if (next == ':') {
                fields.add(field);
                field = new Field();
            } else if (next == '=' && field.name == null) {
                field.name = field.value.toString();
                field.value.setLength(0);
            } else {
                field.value.append(next);
            }
        }
        fields.add(field);
        Field first = fields.removeFirst();
        if (first.name != null || first.value.isEmpty()) {
            throw bad(text, "it begins with a type and a colon, as in tcp:8080");
        }
        if (fields.isEmpty()) {
            throw bad(text, "a colon comes after the type '" + first.value + "'");
        }
        if (fields.size() == 1 && fields.getFirst().isEmpty()) {
            fields.clear(); // a type that needs no arguments: stdio:
        }
        var positional = new ArrayList<String>();
        var named = new LinkedHashMap<String, String>();
        for (Field argument : fields) {
            if (argument.name == null) {
                positional.add(argument.value.toString());
            } else if (argument.name.isEmpty()) {
                throw bad(text, "an argument has no name before its '=': '=" + argument.value + "'");
            } else if (named.put(argument.name, argument.value.toString()) != null) {
                throw bad(text, "the argument '" + argument.name + "' comes twice");
            }
        }
        return new EndpointString(text, first.value.toString(), positional, named);
    }

    private static final class Field {
        private final StringBuilder value = new StringBuilder();
        private @Nullable String name;

        boolean isEmpty() {
            return name == null && value.isEmpty();
        }
    }

    /** An exception that names the description. */
    public IllegalArgumentException bad(String what) {
        return bad(text, what);
    }

    private static IllegalArgumentException bad(String text, String what) {
        return new IllegalArgumentException("not an endpoint: \"" + text + "\": " + what);
    }

    /**
     * The arguments under the names this type has for them. Those without a name get the first names that are still free.
     *
     * @throws IllegalArgumentException if there is one that the type does not have
     */
    public Arguments arguments(String... names) {
        List<String> known = List.of(names);
        var values = new LinkedHashMap<String, String>();
        named.forEach((name, value) -> {
            if (!known.contains(name)) {
                throw bad("'" + type + "' has no argument '" + name + "', but " + String.join(", ", known));
            }
            values.put(name, value);
        });
        var free = new ArrayList<>(known);
        free.removeAll(values.keySet());
        for (String value : positional) {
            if (free.isEmpty()) {
                throw bad("'" + value + "' is one argument too many for '" + type + "', which has "
                        + (known.isEmpty() ? "none" : String.join(", ", known)));
            }
            values.put(free.removeFirst(), value);
        }
        return new Arguments(this, values);
    }

    /**
     * Arguments of one description.
     *
     * @param of the description, for messages
     * @param values the values by name
     */
    public record Arguments(EndpointString of, Map<String, String> values) {
        private static final int LARGEST_PORT = 65535;

        public Optional<String> find(String name) {
            return Optional.ofNullable(values.get(name));
        }

        public String get(String name) {
            String value = values.get(name);
            if (value == null || value.isEmpty()) {
                throw of.bad("'" + of.type + "' needs the argument '" + name + "'");
            }
            return value;
        }

        public IllegalArgumentException bad(String name, String expected) {
            return of.bad(name + " is " + expected + ", got '" + values.get(name) + "'");
        }

        public int port(String name) {
            get(name);
            return number(name, 0, 0, LARGEST_PORT);
        }

        public int number(String name, int otherwise, int least, int most) {
            return number(name, otherwise, least, most, 10);
        }

        public int number(String name, int otherwise, int least, int most, int radix) {
            String value = values.get(name);
            if (value == null) {
                return otherwise;
            }
            try {
                int number = value.startsWith("+") || value.startsWith("-") ? -1 : Integer.parseInt(value, radix);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // as one out of range
            }
            throw bad(
                    name,
                    "a number from " + Integer.toString(least, radix) + " to " + Integer.toString(most, radix)
                            + (radix == 10 ? "" : " in base " + radix));
        }

        /** Seconds, with a fraction if need be. */
        public Duration seconds(String name, Duration otherwise) {
            String value = values.get(name);
            if (value == null) {
                return otherwise;
            }
            try {
                double seconds = Double.parseDouble(value);
                if (seconds > 0 && seconds < Integer.MAX_VALUE) {
                    return Duration.ofNanos((long) (seconds * 1e9));
                }
            } catch (NumberFormatException e) {
                // as one out of range
            }
            throw bad(name, "a positive number of seconds");
        }

        public Path path(String name) {
            get(name);
            try {
                return Path.of(values.get(name));
            } catch (java.nio.file.InvalidPathException e) {
                throw bad(name, "a path");
            }
        }
    }
}
