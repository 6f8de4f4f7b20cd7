package dev.weft.io.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptions of endpoints, taken apart. */
final class EndpointStringTest {
    private static void assertParses(String text, String type, List<String> positional, Map<String, String> named) {
        var parsed = EndpointString.parse(text);
        assertEquals(new EndpointString(text, type, positional, named), parsed);
    }

    @Test
    void parse_goodDescriptions_takesThemApart() {
        assertParses("tcp:8080", "tcp", List.of("8080"), Map.of());
        assertParses("tcp:8080:interface=127.0.0.1", "tcp", List.of("8080"), Map.of("interface", "127.0.0.1"));
        assertParses(
                "tcp:host=example.org:port=80:timeout=15",
                "tcp",
                List.of(),
                Map.of("host", "example.org", "port", "80", "timeout", "15"));
        assertParses("stdio:", "stdio", List.of(), Map.of());
        assertParses("unix:/run/x.sock:mode=660", "unix", List.of("/run/x.sock"), Map.of("mode", "660"));
        assertParses("tcp6:8080:interface=\\:\\:1", "tcp6", List.of("8080"), Map.of("interface", "::1"));
        assertParses("unix:C\\:\\\\x\\\\y", "unix", List.of("C:\\x\\y"), Map.of());
        assertParses("unix:a\\=b", "unix", List.of("a=b"), Map.of());
        assertParses("unix:address=a=b", "unix", List.of(), Map.of("address", "a=b")); // only the first one counts
        assertParses("unix:na\\=me=a", "unix", List.of(), Map.of("na=me", "a"));
        assertParses("unix:\\a\\b", "unix", List.of("ab"), Map.of());
        assertParses("tcp:80:interface=", "tcp", List.of("80"), Map.of("interface", ""));
        assertParses("tcp:80:", "tcp", List.of("80", ""), Map.of());
        assertParses("t\\:cp:80", "t:cp", List.of("80"), Map.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        ""          | begins with a type
        ":"         | begins with a type
        ":80"       | begins with a type
        "a=b:80"    | begins with a type
        "tcp"       | a colon comes after the type 'tcp'
        "tcp:80\\"  | after the last backslash
        "tcp:=5"    | no name before its '='
        "tcp:p=1:p=2" | 'p' comes twice
        """)
    void parse_badDescriptions_saysWhatIsWrong(String text, String message) {
        var failure = assertThrows(IllegalArgumentException.class, () -> EndpointString.parse(text));
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
        assertTrue(failure.getMessage().contains('"' + text + '"'), failure.getMessage());
    }

    @Test
    void arguments_withoutNames_getTheNamesThatAreFree() {
        var host = EndpointString.parse("tcp:port=80:example.org").arguments("host", "port");
        assertEquals("example.org", host.get("host"));
        assertEquals(80, host.port("port"));
        var port = EndpointString.parse("tcp:host=example.org:80").arguments("host", "port");
        assertEquals(80, port.port("port"));
    }

    @Test
    void arguments_unknownOrTooMany_areNamed() {
        var unknown = assertThrows(
                IllegalArgumentException.class,
                () -> EndpointString.parse("tcp:80:prot=1").arguments("port", "backlog"));
        assertTrue(unknown.getMessage().contains("no argument 'prot', but port, backlog"), unknown.getMessage());
        var tooMany = assertThrows(
                IllegalArgumentException.class,
                () -> EndpointString.parse("tcp:80:a:b").arguments("port", "backlog"));
        assertTrue(tooMany.getMessage().contains("'b' is one argument too many"), tooMany.getMessage());
        var none = assertThrows(
                IllegalArgumentException.class,
                () -> EndpointString.parse("stdio:a").arguments());
        assertTrue(none.getMessage().contains("which has none"), none.getMessage());
    }
}
