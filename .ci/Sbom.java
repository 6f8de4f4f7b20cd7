import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;

/** Prints what a CycloneDX SBOM lists, as {@code NAME SCOPE}, sorted, with commas between. For ./security-check. */
void main(String[] args) throws Exception {
    String text = Files.readString(Path.of(args[0]));
    if (!text.contains("\"bomFormat\" : \"CycloneDX\"")) {
        throw new IllegalArgumentException(args[0] + " is no CycloneDX SBOM in JSON");
    }
    // The list at the top level, which ends with a bracket as little indented as its name; the tool that wrote it has one too.
    var list = Pattern.compile("\n  \"components\" : \\[(.*?)\n  \\]", Pattern.DOTALL).matcher(text);
    if (!list.find()) {
        throw new IllegalArgumentException(args[0] + " lists no components");
    }
    var component = Pattern.compile("\n      \"name\" : \"([^\"]+)\".*?\n      \"scope\" : \"([^\"]+)\"", Pattern.DOTALL)
            .matcher(list.group(1));
    var found = new ArrayList<String>();
    while (component.find()) {
        found.add(component.group(1) + " " + component.group(2));
    }
    found.sort(null);
    IO.println(String.join(",", found));
}
