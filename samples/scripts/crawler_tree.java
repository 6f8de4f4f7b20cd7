//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import java.io.IOException;

import static dev.weft.Asyncio.*;

/** Crawls two small sites: every page is fetched by a task of its own, all pages of one depth at the same time. */
final Map<String, List<String>> links = Map.of(
        "a.example", List.of("a.example/docs", "a.example/blog"),
        "a.example/docs", List.of("a.example/docs/api", "a.example/docs/guide"),
        "a.example/blog", List.of("a.example/blog/first"),
        "b.example", List.of("b.example/news"),
        "b.example/news", List.of("b.example/news/old", "b.example/broken"));

record Page(String url, List<Page> children) {}

List<String> fetch(String url) throws IOException {
    sleep(millis(100));
    if (url.endsWith("broken")) {
        throw new IOException("cannot fetch " + url);
    }
    return links.getOrDefault(url, List.of());
}

Page crawl(String url) throws IOException {
    var links = fetch(url);
    var tasks = new ArrayList<Task<Page>>();
    taskGroup(group -> {
        for (var link : links) {
            tasks.add(group.createTask(() -> crawl(link)));
        }
    });
    return new Page(url, tasks.stream().map(Task::result).toList());
}

void show(Page page, int depth) {
    IO.println("  ".repeat(depth) + page.url());
    for (var child : page.children()) {
        show(child, depth + 1);
    }
}

void main() {
    run(() -> {
        for (var result : gatherSettled(() -> crawl("a.example"), () -> crawl("b.example")).await()) {
            switch (result) {
                case Outcome.Value(var page) -> show(page, 0);
                case Outcome.Failure(ExceptionGroup group) -> {
                    var messages = group.find(IOException.class).stream().map(Throwable::getMessage);
                    IO.println("failed: " + messages.collect(Collectors.joining(", ")));
                }
                case Outcome.Failure(var error) -> IO.println("failed: " + error.getMessage());
            }
        }
    });
}
