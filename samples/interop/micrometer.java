//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//DEPS io.micrometer:micrometer-core:1.15.0
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.function.ToDoubleFunction;

import static dev.weft.Asyncio.*;

/** A loop's numbers in Micrometer: any registry may ask for them from its own thread, whatever the loop is doing. */

/** Numbers that go up and down. */
void gauge(MeterRegistry registry, EventLoop loop, String name, ToDoubleFunction<LoopMetrics> number) {
    Gauge.builder("weft.loop." + name, loop, l -> number.applyAsDouble(l.metrics()))
            .tag("loop", loop.name())
            .register(registry);
}

/** Numbers that only grow, of which a registry shows the rate. */
void counter(MeterRegistry registry, EventLoop loop, String name, ToDoubleFunction<LoopMetrics> number) {
    FunctionCounter.builder("weft.loop." + name, loop, l -> number.applyAsDouble(l.metrics()))
            .tag("loop", loop.name())
            .register(registry);
}

void bind(MeterRegistry registry, EventLoop loop) {
    gauge(registry, loop, "ready", LoopMetrics::ready);
    gauge(registry, loop, "tasks", LoopMetrics::tasks);
    gauge(registry, loop, "timers", LoopMetrics::timers);
    gauge(registry, loop, "connections", LoopMetrics::connections);
    gauge(registry, loop, "lag.seconds", metrics -> metrics.lagNanos() / 1e9);
    counter(registry, loop, "iterations", LoopMetrics::iterations);
    counter(registry, loop, "tasks.created", LoopMetrics::tasksCreated);
    counter(registry, loop, "asleep.seconds", metrics -> metrics.asleepNanos() / 1e9);
    counter(registry, loop, "bytes.received", LoopMetrics::bytesReceived);
    counter(registry, loop, "bytes.sent", LoopMetrics::bytesSent);
}

void main() throws Exception {
    var registry = new SimpleMeterRegistry();
    run(() -> {
        bind(registry, getRunningLoop());
        for (int i = 0; i < 3; i++) {
            createTask(() -> sleep(seconds(60)));
        }
        yieldNow();
        toThread(() -> { // as a registry that publishes does
            IO.println("tasks: " + (int) registry.get("weft.loop.tasks").gauge().value());
            IO.println("timers: " + (int) registry.get("weft.loop.timers").gauge().value());
            IO.println("created: "
                    + (int) registry.get("weft.loop.tasks.created").functionCounter().count());
        });
    });
}
