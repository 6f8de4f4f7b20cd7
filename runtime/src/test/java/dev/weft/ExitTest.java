package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs that are told to end, at any time: they clean up, and end soon with the right code. */
@Timeout(120)
final class ExitTest {
    private static final int TERMINATED = 143;

    /** Where the program is when it is told to end. */
    enum Phase {
        IDLE {
            @Override
            void run() {
                ready();
                Asyncio.sleep(Asyncio.seconds(1_000));
            }
        },
        COMPUTING {
            @Override
            void run() {
                ready();
                while (true) {
                    Asyncio.yieldNow();
                }
            }
        },
        IN_A_GROUP {
            @Override
            void run() {
                Asyncio.taskGroup(group -> {
                    group.createTask(() -> {
                        try {
                            ready();
                            Asyncio.sleep(Asyncio.seconds(1_000));
                        } finally {
                            Asyncio.yieldNow();
                            System.out.println("member cleaned up");
                        }
                    });
                });
            }
        },
        IN_A_FINALLY {
            @Override
            void run() {
                try {
                    Asyncio.currentTask().cancel();
                    Asyncio.yieldNow();
                } finally {
                    ready();
                    Asyncio.sleep(Asyncio.seconds(1_000));
                }
            }
        },
        CLOSING {
            @Override
            void run() {
                Asyncio.createTask(() -> {
                    try {
                        Asyncio.sleep(Asyncio.seconds(1_000));
                    } finally {
                        ready();
                        Asyncio.sleep(Asyncio.millis(500));
                        System.out.println("slowly cleaned up");
                    }
                });
                Asyncio.yieldNow();
            }
        };

        abstract void run() throws Exception;

        static void ready() {
            System.out.println("ready");
        }
    }

    static final class Program {
        public static void main(String[] arguments) throws Exception {
            try {
                Asyncio.run(() -> {
                    Asyncio.createTask(() -> {
                        try {
                            Asyncio.sleep(Asyncio.seconds(1_000));
                        } finally {
                            Asyncio.yieldNow();
                            System.out.println("helper cleaned up");
                        }
                    });
                    try {
                        Phase.valueOf(arguments[0]).run();
                    } finally {
                        System.out.println("main cleaned up");
                    }
                });
            } finally {
                System.out.println("left run");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void sigterm_anyPhase_cleansUpAndEndsWith143(Phase phase) throws Exception {
        try (var child = ChildJvm.start(Program.class, phase.name())) {
            child.awaitOutput("ready");
            child.signal("TERM");
            ChildJvm.Ended ended = child.await();
            assertEquals(TERMINATED, ended.exitCode(), ended.output());
            assertTrue(ended.output().contains("main cleaned up"), ended.output());
            assertTrue(ended.output().contains("helper cleaned up"), ended.output());
            assertEquals(phase == Phase.IN_A_GROUP, ended.output().contains("member cleaned up"), ended.output());
            assertEquals(phase == Phase.CLOSING, ended.output().contains("slowly cleaned up"), ended.output());
            assertFalse(ended.output().contains("Exception"), ended.output());
        }
    }

    @Test
    void sigterm_taskThatDoesNotStop_isNamedAndTheJvmEndsAllTheSame() throws Exception {
        try (var child = ChildJvm.start(Stubborn.class)) {
            child.awaitOutput("ready");
            long began = System.nanoTime();
            child.signal("TERM");
            ChildJvm.Ended ended = child.await();
            assertTrue(System.nanoTime() - began >= 4_000_000_000L, "waits for some time");
            assertEquals(TERMINATED, ended.exitCode(), ended.output());
            assertTrue(ended.output().contains("the JVM ends, and EventLoop["), ended.output());
            assertTrue(ended.output().contains("Task[stubborn"), ended.output());
        }
    }

    static final class Stubborn {
        public static void main(String[] arguments) {
            Asyncio.run(() -> {
                Asyncio.createTask(
                        () -> {
                            while (true) {
                                try {
                                    Asyncio.sleep(Asyncio.seconds(1_000));
                                } catch (CancelledError e) {
                                    // does not stop
                                }
                            }
                        },
                        "stubborn");
                Asyncio.yieldNow();
                System.out.println("ready");
                Asyncio.sleep(Asyncio.seconds(1_000));
            });
        }
    }

    /** Who calls {@code System.exit}. */
    enum Caller {
        MAIN_TASK,
        ANOTHER_TASK,
        A_CALLBACK,
        AN_EXECUTOR_JOB,
        ANOTHER_THREAD
    }

    static final class Exiting {
        public static void main(String[] arguments) {
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                loop.attachment(Resource.class, ignored -> new Resource());
                Asyncio.createTask(() -> {
                    try {
                        Asyncio.sleep(Asyncio.seconds(1_000));
                    } finally {
                        Asyncio.yieldNow();
                        System.out.println("helper cleaned up");
                    }
                });
                Asyncio.yieldNow();
                switch (Caller.valueOf(arguments[0])) {
                    case MAIN_TASK -> System.exit(7);
                    case ANOTHER_TASK -> Asyncio.createTask(() -> System.exit(7));
                    case A_CALLBACK -> loop.callSoon(() -> System.exit(7));
                    case AN_EXECUTOR_JOB -> loop.runInExecutor(null, () -> System.exit(7));
                    case ANOTHER_THREAD -> {
                        var started = new CountDownLatch(1);
                        Thread.ofPlatform().start(() -> {
                            started.countDown();
                            System.exit(7);
                        });
                    }
                }
                Asyncio.sleep(Asyncio.seconds(1_000));
            });
        }
    }

    /** What belongs to a loop, such as its children and the files of its sockets. */
    record Resource() implements AutoCloseable {
        @Override
        public void close() {
            System.out.println("resource closed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void systemExit_byAnybody_cleansUpAsFarAsTheLoopGoesOnAndKeepsTheCode(Caller caller) throws Exception {
        try (var child = ChildJvm.start(Exiting.class, caller.name())) {
            ChildJvm.Ended ended = child.await();
            assertEquals(7, ended.exitCode(), ended.output());
            boolean keepsTheLoop = !Modes.confined()
                    && (caller == Caller.MAIN_TASK || caller == Caller.ANOTHER_TASK || caller == Caller.A_CALLBACK);
            assertEquals(!keepsTheLoop, ended.output().contains("helper cleaned up"), ended.output());
            assertEquals(!keepsTheLoop, ended.output().contains("resource closed"), ended.output());
            assertFalse(ended.output().contains("the JVM ends, and"), ended.output());
        }
    }

    @Test
    void systemExit_betweenRunsOrWithoutClose_waitsForNobody() throws Exception {
        try (var child = ChildJvm.start(NeverClosed.class)) {
            ChildJvm.Ended ended = child.await();
            assertEquals(7, ended.exitCode(), ended.output());
            assertFalse(ended.output().contains("the JVM ends, and"), ended.output());
        }
    }

    static final class NeverClosed {
        public static void main(String[] arguments) {
            var runner = new Runner();
            runner.run(() -> Asyncio.yieldNow());
            System.exit(7);
        }
    }
}
