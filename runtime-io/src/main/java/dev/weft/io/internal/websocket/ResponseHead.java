package dev.weft.io.internal.websocket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The head of an HTTP response.
 *
 * @param status its status
 * @param reason what it says beside the status
 * @param headers its header fields, names in whatever case
 */
public record ResponseHead(int status, String reason, Map<String, List<String>> headers) {
    /**
     * Reads a head, strictly.
     *
     * @param bytes the head, with the empty line at its end
     * @return the head
     * @throws IOException if it is not one
     */
    public static ResponseHead parse(byte[] bytes) throws IOException {
        String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\r\n", -1);
        String first = lines[0];
        if (!first.matches("HTTP/1\\.[01] [1-5][0-9]{2}( .*)?")) {
            throw malformed("its status line is not that of HTTP/1.1");
        }
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
            String line = lines[i];
            int colon = line.indexOf(':');
            if (colon < 0 || !Tokens.isToken(line.substring(0, colon))) {
                throw malformed("its line " + (i + 1) + " is no header field");
            }
            String value = line.substring(colon + 1).strip();
            if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
                throw malformed("its header field " + line.substring(0, colon) + " has control characters");
            }
            headers.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                    .add(value);
        }
        return new ResponseHead(
                Integer.parseInt(first.substring(9, 12)), first.length() > 13 ? first.substring(13) : "", headers);
    }

    private static IOException malformed(String why) {
        return new IOException("the server's answer is malformed: " + why);
    }

    List<String> fields(String name) {
        return headers.getOrDefault(name, List.of());
    }
}
