package dev.weft.testing;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.ExceptionContext;
import dev.weft.Leftover;
import dev.weft.LoopClock;
import dev.weft.LoopControl;
import dev.weft.Task;
import dev.weft.VoidBody;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** One run of a {@link WeftTest} method: makes the loop, runs the method on it, and looks for what it has left. */
final class WeftInvocation implements ParameterResolver, InvocationInterceptor, AfterEachCallback {
    private static final int LONGEST_TRACE = 30;

    private final long seed;
    private final boolean strict;
    private final Runnable onFailure;
    private final EventLoop loop;
    private final LoopControl control;
    private final @Nullable Schedule schedule;
    private final Map<Class<?>, Object> arguments = new LinkedHashMap<>();
    private final List<ExceptionContext> reports = new ArrayList<>();

    WeftInvocation(WeftTest test, long seed, Runnable onFailure) {
        this.seed = seed;
        this.onFailure = onFailure;
        strict = test.strict();
        // In debug mode: it is what tells where something was made.
        EventLoop.Builder builder = EventLoop.builder().name("test").debug(strict);
        if (test.clock() == WeftTest.Clock.VIRTUAL) {
            var virtual = new TestLoop(builder).strict(strict);
            schedule = seed < 0 ? null : steered(virtual, seed);
            loop = virtual;
            control = virtual.testControl();
            arguments.put(TestLoop.class, virtual);
            arguments.put(VirtualClock.class, virtual.clock());
            arguments.put(LoopClock.class, virtual.clock());
        } else {
            var real = new RealLoop(builder);
            schedule = null;
            loop = real;
            control = real.testControl();
        }
        arguments.put(EventLoop.class, loop);
        arguments.put(Sequencer.class, new Sequencer());
        arguments.put(Trail.class, new Trail());
        loop.setExceptionHandler((ignored, report) -> reports.add(report));
    }

    private static Schedule steered(TestLoop loop, long seed) {
        var made = new Schedule(
                seed, seed % 2 == 0 ? new RandomStrategy(seed) : new PriorityStrategy(seed), /* yields= */ true, false);
        made.steer(loop);
        return made;
    }

    private static final class RealLoop extends EventLoop {
        RealLoop(Builder builder) {
            super(builder);
        }

        LoopControl testControl() {
            return control();
        }
    }

    // ---- parameters

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return parameter.getDeclaringExecutable() instanceof Method
                && (arguments.containsKey(type) || type == SimNet.class);
    }

    @Override
    public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type != SimNet.class) {
            return arguments.get(type);
        }
        if (loop instanceof TestLoop virtual) {
            return virtual.network();
        }
        throw new ParameterResolutionException("a SimNet needs virtual time, not @WeftTest(clock = REAL)");
    }

    // ---- running

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext context)
            throws Throwable {
        Throwable[] thrown = new Throwable[1];
        VoidBody<Exception> body = () -> {
            try {
                invocation.proceed();
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                thrown[0] = e;
            }
        };
        try {
            loop.runUntilComplete(body);
        } catch (Throwable e) {
            thrown[0] = e;
        }
        Throwable failure = thrown[0];
        if (failure != null) {
            throw aborted(failure) ? failure : failed(failure);
        }
    }

    /** Whether it is an assumption that does not hold. */
    private static boolean aborted(Throwable failure) {
        return failure.getClass().getName().equals("org.opentest4j.TestAbortedException");
    }

    private Throwable failed(Throwable failure) {
        onFailure.run();
        Schedule under = schedule;
        if (under == null) {
            return failure;
        }
        List<String> trace = under.trace();
        var text = new StringBuilder("seed " + seed + " fails with " + failure + "\ntrace hash "
                + Long.toHexString(under.hash()) + "; -Dweft.seed=" + seed
                + " runs it again\nout of the ordinary were:");
        trace.stream()
                .limit(LONGEST_TRACE)
                .forEach(line -> text.append("\n    ").append(line));
        if (trace.size() > LONGEST_TRACE) {
            text.append("\n    and ").append(trace.size() - LONGEST_TRACE).append(" more");
        }
        return new ScheduleFailure(text.toString(), failure, seed, under.hash(), trace);
    }

    // ---- what is left

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        boolean failedBefore = context.getExecutionException().isPresent();
        if (loop.isClosed()) {
            return; // by the test: it has seen to everything
        }
        List<String> problems = new ArrayList<>();
        try {
            if (strict && !failedBefore) {
                settle();
                control.leftovers().stream().map(Leftover::toString).forEach(problems::add);
                SimNet network = loop instanceof TestLoop virtual ? virtual.networkIfAny() : null;
                if (network != null) {
                    network.leftovers().stream().map(Leftover::toString).forEach(problems::add);
                }
            }
        } finally {
            cancelTasks();
            loop.close(); // which reports failures that nobody looked at
        }
        for (ExceptionContext report : reports) {
            problems.add(report.message());
        }
        if (strict && !failedBefore && !problems.isEmpty()) {
            onFailure.run();
            var error = new AssertionError("the test has left over:\n" + String.join("\n", problems)
                    + (seed < 0 ? "" : "\nunder seed " + seed + "; -Dweft.seed=" + seed + " runs it again"));
            reports.stream()
                    .map(ExceptionContext::exception)
                    .filter(e -> e != null)
                    .forEach(error::addSuppressed);
            throw error;
        }
    }

    /** Lets those end that have been told to, without letting time pass. */
    private void settle() {
        loop.runUntilComplete(() -> {
            for (int i = 0; i < 10 && Asyncio.allTasks().size() > 1; i++) {
                Asyncio.yieldNow();
            }
        });
    }

    private void cancelTasks() {
        loop.runUntilComplete(() -> {
            for (int round = 0; round < 10 && Asyncio.allTasks().size() > 1; round++) {
                for (Task<?> task : Asyncio.allTasks()) {
                    if (task != Asyncio.currentTask()) {
                        task.cancel("left over by the test");
                    }
                }
                for (int i = 0; i < 10; i++) {
                    Asyncio.yieldNow();
                }
            }
        });
    }
}
