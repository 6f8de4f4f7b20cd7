package dev.weft.io.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.io.ConnectOptions;
import dev.weft.io.DatagramOptions;
import dev.weft.io.ProcessOptions;
import dev.weft.io.ServerOptions;
import dev.weft.io.TlsOptions;
import dev.weft.io.http.HttpClientOptions;
import dev.weft.io.http.HttpServerOptions;
import dev.weft.io.websocket.WebSocketOptions;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** K26: the ceilings that docs/limits.md names are those of the code, and none is missing there. */
final class LimitsDocTest {
    private static final Path PAGE = Path.of("..", "docs", "limits.md");
    private static final Pattern ROW = Pattern.compile("\\| `([A-Za-z]+)\\.([A-Za-z]+)` \\| ([^|]+) \\| [^|]+ \\|");
    private static final Pattern AMOUNT = Pattern.compile("(\\d+)( KiB| MiB| s)?");

    private static final List<Object> OPTIONS = List.of(
            ServerOptions.DEFAULT,
            ConnectOptions.DEFAULT,
            TlsOptions.client(),
            DatagramOptions.DEFAULT,
            ProcessOptions.DEFAULT,
            HttpServerOptions.DEFAULT,
            HttpClientOptions.DEFAULT,
            WebSocketOptions.DEFAULT);

    /** Numbers and times that bound nothing. */
    private static final Set<String> NO_CEILINGS = Set.of(
            "ServerOptions.mode",
            "ConnectOptions.happyEyeballsDelay",
            "ConnectOptions.interleave",
            "HttpServerOptions.gzipFrom",
            "WebSocketOptions.pingInterval");

    @Test
    void table_defaults_areThoseOfTheCode() throws Exception {
        Map<String, String> table = table();
        assertTrue(table.size() >= 40, () -> table.size() + " rows");
        for (Object options : OPTIONS) {
            String type = options.getClass().getSimpleName();
            for (var row : table.entrySet()) {
                if (row.getKey().startsWith(type + ".")) {
                    String name = row.getKey().substring(type.length() + 1);
                    assertEquals(expected(row.getValue()), amount(value(options, name)), row.getKey());
                }
            }
        }
    }

    @Test
    void table_everyCeiling_isInIt() throws Exception {
        var missing = new TreeSet<String>();
        Set<String> listed = table().keySet();
        for (Object options : OPTIONS) {
            for (Method method : options.getClass().getDeclaredMethods()) {
                String name = options.getClass().getSimpleName() + "." + method.getName();
                boolean amount = Set.of(int.class, long.class, Duration.class).contains(method.getReturnType());
                if (amount
                        && method.getParameterCount() == 0
                        && !method.isSynthetic()
                        && !listed.contains(name)
                        && !NO_CEILINGS.contains(name)
                        && !method.getName().equals("hashCode")) {
                    missing.add(name);
                }
            }
        }
        assertEquals(Set.of(), missing);
    }

    private static Map<String, String> table() throws Exception {
        var rows = new TreeMap<String, String>();
        for (String line : Files.readAllLines(PAGE)) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                rows.put(row.group(1) + "." + row.group(2), row.group(3));
            }
        }
        return rows;
    }

    private static String expected(String cell) {
        var amount = AMOUNT.matcher(cell);
        if (!amount.matches()) {
            return cell;
        }
        long number = Long.parseLong(amount.group(1));
        return switch (amount.group(2)) {
            case " KiB" -> Long.toString(number * 1024);
            case " MiB" -> Long.toString(number * 1024 * 1024);
            case " s" -> number + " s";
            case null, default -> Long.toString(number);
        };
    }

    private static String amount(Object value) {
        return switch (value) {
            case null -> "none";
            case Duration time -> time.toSeconds() + " s";
            case Number number when number.longValue() >= Integer.MAX_VALUE -> "none";
            case Object number -> number.toString();
        };
    }

    /** What its getter says, or its field where it has none. */
    private static Object value(Object options, String name) throws Exception {
        for (Method method : options.getClass().getDeclaredMethods()) {
            if (method.getName().equals(name) && method.getParameterCount() == 0) {
                method.setAccessible(true);
                return method.invoke(options);
            }
        }
        var field = options.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(options);
    }
}
