package dev.weft.benchmarks.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one run of {@code ./bench} leaves behind: all samples as JSON, a Markdown table, and a chart for each workload. */
public final class Report {
    private static final Pattern CPU_MODEL = Pattern.compile("^model name\\s*:\\s*(.*)$", Pattern.MULTILINE);

    private final Path folder;
    private final String effort;
    private final String began = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    private final List<Section> sections = new ArrayList<>();

    private record Section(String title, String description, List<Comparison> comparisons) {}

    /**
     * A report without figures.
     *
     * @param folder where it is written to
     * @param effort how hard was measured, in words
     */
    public Report(Path folder, String effort) {
        this.folder = folder;
        this.effort = effort;
    }

    /**
     * Adds a workload.
     *
     * @param title its name
     * @param description what it is
     * @param comparisons its cases
     */
    public void add(String title, String description, List<Comparison> comparisons) {
        sections.add(new Section(title, description, List.copyOf(comparisons)));
    }

    /**
     * Writes everything.
     *
     * @throws IOException if the folder cannot be written to
     */
    public void write() throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("results.json"), json());
        Files.writeString(folder.resolve("results.md"), markdown());
        for (Section section : sections) {
            Charts.write(
                    section.title() + ": " + section.description(),
                    section.comparisons(),
                    folder.resolve(section.title() + ".svg"));
        }
    }

    private String json() throws IOException {
        Gson gson = new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .serializeSpecialFloatingPointValues()
                .create();
        Map<String, Object> content = new LinkedHashMap<>(machine());
        content.put(
                "figures",
                sections.stream()
                        .flatMap(section -> section.comparisons().stream())
                        .flatMap(comparison -> comparison.figures().values().stream())
                        .toList());
        return gson.toJson(content) + "\n";
    }

    private String markdown() throws IOException {
        var text = new StringBuilder("# Measurements\n\n");
        machine()
                .forEach((name, value) -> text.append("- ")
                        .append(name)
                        .append(": ")
                        .append(value)
                        .append('\n'));
        for (Section section : sections) {
            text.append("\n## ").append(section.title()).append("\n\n");
            text.append("One operation: ").append(section.description()).append(".\n\n");
            text.append("![](").append(section.title()).append(".svg)\n\n");
            text.append(Tables.markdown(section.comparisons()));
        }
        return text.toString();
    }

    /** What a figure depends on, beside the code. */
    private Map<String, String> machine() throws IOException {
        var machine = new LinkedHashMap<String, String>();
        machine.put("began", began);
        machine.put("effort", effort);
        machine.put(
                "java",
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version") + ", "
                        + System.getProperty("java.vendor"));
        machine.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch"));
        machine.put("processors", Runtime.getRuntime().availableProcessors() + " of " + processor());
        return machine;
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (Files.isReadable(info)) {
            Matcher model = CPU_MODEL.matcher(Files.readString(info));
            if (model.find()) {
                return model.group(1).strip();
            }
        }
        return "an unknown kind";
    }
}
