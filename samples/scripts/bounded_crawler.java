//JAVA 25+
//DEPS dev.weft:weft-runtime-io:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import dev.weft.Queue;
import dev.weft.io.*;
import java.io.IOException;

import static dev.weft.Asyncio.*;

/** Crawls a site of its own, with two workers at a time: a page is a line with the pages it links to. */
final Map<String, String> links = Map.of(
        "index", "news about", "news", "index archive", "archive", "news old", "about", "index", "old", "");

int busy;
int busiest;

void serve(StreamReader reader, StreamWriter writer) throws IOException {
    try (writer) {
        var page = new String(reader.readLine()).strip();
        busy++;
        busiest = Math.max(busiest, busy);
        sleep(seconds(0.05));
        busy--;
        writer.write((links.get(page) + "\n").getBytes());
    }
}

List<String> fetch(int port, String page) throws IOException {
    try (var streams = Net.openConnection("127.0.0.1", port)) {
        streams.writer().write((page + "\n").getBytes());
        var line = new String(streams.reader().readLine()).strip();
        return line.isEmpty() ? List.of() : List.of(line.split(" "));
    }
}

void work(int port, Queue<String> queue, Set<String> found) throws IOException {
    while (true) {
        var page = queue.get();
        try {
            for (var link : fetch(port, page)) {
                if (found.add(link)) {
                    queue.put(link);
                }
            }
        } finally {
            queue.taskDone();
        }
    }
}

void main() throws IOException {
    run(() -> {
        var site = Net.startServer(this::serve, "127.0.0.1", 0);

        var found = new TreeSet<>(Set.of("index"));
        var queue = new Queue<String>();
        queue.put("index");
        var workers = new ArrayList<Task<?>>();
        for (int i = 0; i < 2; i++) {
            workers.add(createTask(() -> work(site.port(), queue, found)));
        }
        queue.join();
        workers.forEach(Task::cancel);
        site.close();
        IO.println("found: " + String.join(" ", found));
        IO.println("at most at a time: " + busiest);
    });
}
