//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;

import static dev.weft.Asyncio.*;

/** One producer, two workers, and a queue between them that holds at most two jobs. */
record Job(String name, double duration) {}

final List<Job> jobs = List.of(
        new Job("wash", 0.1), new Job("dry", 0.25), new Job("iron", 0.3), new Job("fold", 0.3), new Job("sort", 0.3));

void producer(Queue<Job> queue) {
    for (var job : jobs) {
        queue.put(job);
        IO.println("queued " + job.name());
    }
}

void worker(String name, Queue<Job> queue) {
    while (true) {
        var job = queue.get();
        IO.println(name + " takes " + job.name());
        sleep(seconds(job.duration()));
        IO.println(name + " has finished " + job.name());
        queue.taskDone();
    }
}

void main() {
    run(() -> {
        var queue = new Queue<Job>(2);
        var workers = Stream.of("Ann", "Bob")
                .map(name -> createTask(() -> worker(name, queue)))
                .toList();
        producer(queue);
        queue.join();
        for (var task : workers) {
            task.cancel();
        }
        gatherSettled(workers).await();
        IO.println("all jobs done");
    });
}
