package dev.weft;

import dev.weft.internal.coroutine.Fiber;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * What goes into flight recordings. Only loaded once the JVM's recorder runs, and only called while {@link Flight#recording}. What comes often
 * (starts, ends, steps and waits of tasks) has to be enabled by name in the recording's settings.
 */
@SuppressWarnings("UnusedVariable") // the fields of events are read by the recorder
final class FlightEvents {
    /** Waits outside the loop that go on, by the thread that waits. */
    private static final Map<Thread, ForeignWait> WAITING = new ConcurrentHashMap<>();

    private FlightEvents() {}

    /** Has {@link Flight} follow the state of the JVM's recordings. */
    static void listen() {
        FlightRecorder.register(TaskStart.class);
        FlightRecorder.register(TaskEnd.class);
        FlightRecorder.register(TaskSwitch.class);
        FlightRecorder.register(Await.class);
        FlightRecorder.register(ForeignWait.class);
        FlightRecorder.register(LoopStall.class);
        FlightRecorder.register(Cancel.class);
        FlightRecorder.register(ConnectionOpen.class);
        FlightRecorder.register(Connection.class);
        FlightRecorder.addListener(new FlightRecorderListener() {
            @Override
            public void recordingStateChanged(Recording recording) {
                follow();
            }
        });
        follow();
    }

    private static void follow() {
        boolean on = FlightRecorder.getFlightRecorder().getRecordings().stream()
                .anyMatch(recording -> recording.getState() == RecordingState.RUNNING);
        Flight.recording(on);
        if (!on) {
            WAITING.clear();
        }
    }

    static void taskStarted(Task<?> task) {
        var event = new TaskStart();
        if (event.isEnabled()) {
            event.loop = task.getLoop().name();
            event.task = task.shortName();
            event.commit();
        }
    }

    static void taskEnded(Task<?> task, @Nullable Throwable thrown) {
        stepped(task);
        var event = new TaskEnd();
        if (event.isEnabled()) {
            event.loop = task.getLoop().name();
            event.task = task.shortName();
            event.outcome = thrown == null
                    ? "value"
                    : thrown instanceof CancelledError
                            ? "cancelled"
                            : thrown.getClass().getName();
            event.commit();
        }
    }

    /** Null unless waits are recorded. */
    static @Nullable Object awaitBegan() {
        var event = new Await();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    static void awaitEnded(Object began, Task<?> task, Future<?> awaited) {
        var event = (Await) began;
        event.end();
        if (event.shouldCommit()) {
            event.loop = task.getLoop().name();
            event.task = task.shortName();
            event.awaited = awaited.describeBriefly();
            event.commit();
        }
    }

    /** A task gives way, or ends. */
    static void stepped(Task<?> task) {
        var event = new TaskSwitch();
        if (event.isEnabled()) {
            event.loop = task.getLoop().name();
            event.task = task.shortName();
            event.ran = System.nanoTime() - task.getLoop().core().stepBegan();
            event.commit();
        }
    }

    /** A step of a fiber was too long. On the loop's own stack. */
    static void stalled(EventLoop loop, Fiber fiber, long nanos) {
        var event = new LoopStall();
        if (event.isEnabled()) {
            event.loop = loop.name();
            event.task = name(fiber);
            event.ran = nanos;
            commitFromLoop(loop, event);
        }
    }

    /** A fiber waits outside the loop, which goes on. On the loop's own stack. */
    static void waitsElsewhere(EventLoop loop, Fiber fiber) {
        var event = new ForeignWait();
        if (event.isEnabled()) {
            event.loop = loop.name();
            event.task = name(fiber);
            event.begin();
            WAITING.put(fiber.thread(), event);
        }
    }

    /** It goes on. On the loop's own stack. */
    static void backFromElsewhere(EventLoop loop, Fiber fiber) {
        ForeignWait event = WAITING.remove(fiber.thread());
        if (event != null) {
            event.end();
            commitFromLoop(loop, event);
        }
    }

    /**
     * The JVM drops what a platform thread records first after a virtual thread that it carried has recorded something (seen with JDK 25.0.3). So
     * nothing is recorded on the loop's own stack.
     */
    private static void commitFromLoop(EventLoop loop, Event event) {
        loop.core().runOnFiber(event::commit);
    }

    static void cancelled(Task<?> task, @Nullable String message) {
        var event = new Cancel();
        if (event.isEnabled()) {
            event.loop = task.getLoop().name();
            event.task = task.shortName();
            event.message = message;
            event.commit();
        }
    }

    static void connectionOpened(EventLoop loop, OpenResource resource) {
        var event = new ConnectionOpen();
        if (event.isEnabled()) {
            event.loop = loop.name();
            event.connection = Describe.shorten(resource.what().toString());
            event.commit();
        }
    }

    static void connectionClosed(EventLoop loop, OpenResource resource) {
        var event = new Connection();
        if (event.isEnabled()) {
            event.loop = loop.name();
            event.connection = Describe.shorten(resource.what().toString());
            event.received = resource.received();
            event.sent = resource.sent();
            event.lasted = loop.time() - resource.openedAt();
            event.commit();
        }
    }

    private static String name(Fiber fiber) {
        return fiber.owner() instanceof Task<?> task ? task.shortName() : "callback";
    }

    @Category("Weft")
    @StackTrace(false)
    abstract static class LoopEvent extends Event {
        @Label("Loop")
        @Nullable
        String loop;
    }

    abstract static class TaskEvent extends LoopEvent {
        @Label("Task")
        @Nullable
        String task;
    }

    @Name("dev.weft.TaskStart")
    @Label("Task Start")
    @Description("A task was made; the stack is that of whoever made it")
    @Enabled(false)
    @StackTrace(true)
    static final class TaskStart extends TaskEvent {}

    @Name("dev.weft.TaskEnd")
    @Label("Task End")
    @Enabled(false)
    static final class TaskEnd extends TaskEvent {
        @Label("Outcome")
        @Description("value, cancelled, or the class of the exception")
        @Nullable
        String outcome;
    }

    @Name("dev.weft.TaskSwitch")
    @Label("Task Switch")
    @Description("A task ran, and then gave way or ended")
    @Enabled(false)
    static final class TaskSwitch extends TaskEvent {
        @Label("Ran For")
        @Timespan(Timespan.NANOSECONDS)
        long ran;
    }

    @Name("dev.weft.Await")
    @Label("Await")
    @Description("A task waited for a task or a future")
    @Enabled(false)
    @StackTrace(true)
    static final class Await extends TaskEvent {
        @Label("Awaited")
        @Nullable
        String awaited;
    }

    @Name("dev.weft.ForeignWait")
    @Label("Foreign Wait")
    @Description("A task waited in code that is not Weft's, and its loop went on; seen in confined mode only")
    static final class ForeignWait extends TaskEvent {}

    @Name("dev.weft.LoopStall")
    @Label("Loop Stall")
    @Description("A task, or callbacks, ran for longer than the loop's slowCallbackDuration without giving way")
    static final class LoopStall extends TaskEvent {
        @Label("Ran For")
        @Timespan(Timespan.NANOSECONDS)
        long ran;
    }

    @Name("dev.weft.Cancel")
    @Label("Cancel")
    @Description("A task was asked to stop; the stack is that of whoever asked")
    @StackTrace(true)
    static final class Cancel extends TaskEvent {
        @Label("Message")
        @Nullable
        String message;
    }

    @Name("dev.weft.ConnectionOpen")
    @Label("Connection Open")
    static final class ConnectionOpen extends LoopEvent {
        @Label("Connection")
        @Nullable
        String connection;
    }

    @Name("dev.weft.Connection")
    @Label("Connection")
    @Description("A connection was closed")
    static final class Connection extends LoopEvent {
        @Label("Connection")
        @Nullable
        String connection;

        @Label("Received")
        @DataAmount
        long received;

        @Label("Sent")
        @DataAmount
        long sent;

        @Label("Lasted")
        @Timespan(Timespan.NANOSECONDS)
        long lasted;
    }
}
