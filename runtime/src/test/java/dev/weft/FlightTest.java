package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Flight recordings: made, and read back. */
@Timeout(60)
final class FlightTest {
    private static final List<String> FREQUENT = List.of("TaskStart", "TaskEnd", "TaskSwitch", "Await");

    @TempDir
    Path directory;

    private List<RecordedEvent> record(boolean frequent, Action program) throws Exception {
        Path file = directory.resolve("weft.jfr");
        try (var recording = new Recording()) {
            if (frequent) {
                FREQUENT.forEach(name -> recording.enable("dev.weft." + name));
            }
            recording.start();
            try (var loop = EventLoop.builder().name("recorded").build()) {
                loop.setSlowCallbackDuration(Duration.ofMillis(20));
                loop.runUntilComplete(loop.createTask(program, "main"));
            }
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.weft."))
                .filter(event -> event.getString("loop").equals("recorded"))
                .toList();
        Files.delete(file);
        return events;
    }

    private static List<RecordedEvent> of(List<RecordedEvent> events, String name, String task) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.weft." + name))
                .filter(event -> event.getString("task").equals(task))
                .toList();
    }

    private static RecordedEvent only(List<RecordedEvent> events, String name, String task) {
        List<RecordedEvent> found = of(events, name, task);
        assertEquals(1, found.size(), () -> name + " of " + task + " among " + events);
        return found.getFirst();
    }

    /** At least once: on a busy machine other steps take long, too. */
    private static void assertStalled(List<RecordedEvent> events, String task) {
        assertTrue(
                of(events, "LoopStall", task).stream()
                        .anyMatch(stall -> stall.getDuration("ran").toMillis() >= 25),
                events::toString);
    }

    private static void hog() {
        long end = System.nanoTime() + Duration.ofMillis(30).toNanos();
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    @Test
    void recording_everythingEnabled_tellsTheLifeOfATask() throws Exception {
        List<RecordedEvent> events = record(true, () -> {
            Task<?> good = createTask(
                    () -> {
                        yieldNow();
                        hog();
                    },
                    "good");
            good.await();
            Task<?> failing = createTask(
                    () -> {
                        throw new IllegalArgumentException("no");
                    },
                    "failing");
            Asyncio.wait(List.of(failing));
            failing.exception();
            Task<?> endless = createTask(() -> new Event().await(), "endless");
            yieldNow();
            endless.cancel("enough");
            Asyncio.wait(List.of(endless));
        });

        RecordedEvent start = only(events, "TaskStart", "good");
        assertTrue(start.getStackTrace().getFrames().stream()
                .anyMatch(frame -> frame.getMethod().getType().getName().equals(FlightTest.class.getName())));
        assertEquals("value", only(events, "TaskEnd", "good").getString("outcome"));
        assertEquals(
                "java.lang.IllegalArgumentException",
                only(events, "TaskEnd", "failing").getString("outcome"));
        assertEquals("cancelled", only(events, "TaskEnd", "endless").getString("outcome"));
        assertEquals(2, of(events, "TaskSwitch", "good").size(), events::toString);
        RecordedEvent await = of(events, "Await", "main").stream()
                .filter(event -> event.getString("awaited").equals("task good"))
                .findFirst()
                .orElseThrow();
        assertTrue(await.getDuration().toMillis() >= 25, await::toString);
        assertStalled(events, "good");
        assertEquals("enough", only(events, "Cancel", "endless").getString("message"));
    }

    @Test
    void recording_defaults_leaveOutWhatComesOften() throws Exception {
        List<RecordedEvent> events = record(false, () -> {
            Task<?> task = createTask(FlightTest::hog, "task");
            task.await();
            OpenResource connection = EventLoop.current().opened(OpenResource.Kind.CONNECTION, "here to there");
            connection.received(10);
            connection.sent(20);
            connection.close();
        });
        for (String name : FREQUENT) {
            assertTrue(events.stream()
                    .noneMatch(event -> event.getEventType().getName().endsWith("." + name)));
        }
        assertStalled(events, "task");
        RecordedEvent closed = events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.weft.Connection"))
                .findFirst()
                .orElseThrow();
        assertEquals("here to there", closed.getString("connection"));
        assertEquals(10, closed.getLong("received"));
        assertEquals(20, closed.getLong("sent"));
        assertTrue(
                events.stream().anyMatch(event -> event.getEventType().getName().equals("dev.weft.ConnectionOpen")));
    }

    @Test
    void recording_waitOutsideTheLoop_isThereInConfinedMode() throws Exception {
        var parked = new CountDownLatch(1);
        List<RecordedEvent> events = record(false, () -> {
            Thread task = Thread.currentThread();
            Thread.ofPlatform().start(() -> {
                try {
                    parked.await();
                    Thread.sleep(30);
                    LockSupport.unpark(task);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            parked.countDown();
            LockSupport.park();
        });
        if (Modes.confined()) {
            RecordedEvent wait = only(events, "ForeignWait", "main");
            assertTrue(wait.getDuration().toMillis() >= 15, wait::toString);
        } else {
            assertStalled(events, "main");
        }
    }

    @Test
    void flight_withoutARecording_isOff() {
        assertFalse(Flight.recording);
    }
}
