package dev.weft.io.internal.websocket;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An element of {@code Sec-WebSocket-Extensions}: RFC 6455, section 9.1.
 *
 * @param name the extension
 * @param parameters its parameters, in order; those without a value have an empty one
 */
record Extension(String name, Map<String, String> parameters) {
    /**
     * Reads the extensions of several fields.
     *
     * @throws IllegalArgumentException if they are not what the RFC allows
     */
    static List<Extension> parse(List<String> fields) {
        var extensions = new ArrayList<Extension>();
        for (String field : fields) {
            new Parser(field).parseInto(extensions);
        }
        return extensions;
    }

    /** One field; {@code at} is where it goes on. */
    private static final class Parser {
        private final String field;
        private int at;

        Parser(String field) {
            this.field = field;
        }

        void parseInto(List<Extension> extensions) {
            do {
                skipSpace();
                if (at < field.length() && field.charAt(at) != ',') {
                    extensions.add(extension());
                }
            } while (skip(','));
            if (at < field.length()) {
                throw malformed();
            }
        }

        private Extension extension() {
            String name = token();
            var parameters = new LinkedHashMap<String, String>();
            while (skip(';')) {
                String parameter = token();
                String value = skip('=') ? value() : "";
                if (parameters.put(parameter, value) != null) {
                    throw new IllegalArgumentException("the extension parameter " + parameter + " is there twice");
                }
            }
            return new Extension(name, parameters);
        }

        private String value() {
            skipSpace();
            if (at == field.length() || field.charAt(at) != '"') {
                return token();
            }
            var value = new StringBuilder();
            for (at++; at < field.length() && field.charAt(at) != '"'; at++) {
                if (field.charAt(at) == '\\' && ++at == field.length()) {
                    throw malformed();
                }
                value.append(field.charAt(at));
            }
            if (at == field.length() || !Tokens.isToken(value.toString())) {
                throw malformed(); // what is quoted has to be a token, too
            }
            at++;
            return value.toString();
        }

        private String token() {
            skipSpace();
            int start = at;
            while (at < field.length() && Tokens.isTokenChar(field.charAt(at))) {
                at++;
            }
            if (start == at) {
                throw malformed();
            }
            return field.substring(start, at);
        }

        private boolean skip(char c) {
            skipSpace();
            if (at < field.length() && field.charAt(at) == c) {
                at++;
                return true;
            }
            return false;
        }

        private void skipSpace() {
            while (at < field.length() && (field.charAt(at) == ' ' || field.charAt(at) == '\t')) {
                at++;
            }
        }

        private IllegalArgumentException malformed() {
            return new IllegalArgumentException("Sec-WebSocket-Extensions is malformed at its character " + at);
        }
    }
}
