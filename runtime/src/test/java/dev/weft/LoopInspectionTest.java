package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.EventLoopMXBean.Holding;
import dev.weft.EventLoopMXBean.TaskRow;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Loops as management tools see them: from another thread, through their beans. */
@Timeout(60)
final class LoopInspectionTest {
    private final EventLoop loop =
            EventLoop.builder().name("inspected loop").debug(true).build();

    @AfterEach
    void close() {
        loop.close();
    }

    private interface Look {
        void at(EventLoopMXBean bean) throws Exception;
    }

    /** What another thread sees at this moment. The calling task gives way meanwhile. */
    @Suspends
    private void lookFromOutside(Look look) throws Exception {
        Asyncio.toThread(() -> {
            look.at(bean());
            return null;
        });
    }

    private EventLoopMXBean bean() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        new EventLoops().loops();
        return JMX.newMXBeanProxy(
                server, new ObjectName("dev.weft:type=EventLoop,name=inspected loop"), EventLoopMXBean.class);
    }

    private static TaskRow row(EventLoopMXBean bean, String name) {
        return bean.tasks(100).stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void runMain(Action body) {
        loop.runUntilComplete(loop.createTask(body, "main"));
    }

    private static void holdFor(Lock lock, Event over) {
        try (var _ = lock.hold()) {
            over.await();
        }
    }

    @Test
    void tasks_severalStates_eachHasItsRow() {
        runMain(() -> {
            var lock = new Lock();
            var over = new Event();
            createTask(() -> holdFor(lock, over), "owner");
            createTask(() -> holdFor(lock, over), "follower");
            Task<?> sleeper = createTask(() -> sleep(seconds(3600)), "sleeper");
            createTask(() -> sleeper.await(), "awaiter");
            yieldNow();
            yieldNow();
            lookFromOutside(bean -> {
                assertEquals("inspected loop", bean.getName());
                assertTrue(bean.isRunning());
                assertTrue(bean.isDebug());
                TaskRow owner = row(bean, "owner");
                assertEquals("waiting", owner.state());
                assertTrue(owner.waitsFor().startsWith("Event["), owner::waitsFor);
                assertTrue(owner.where().contains("LoopInspectionTest.holdFor("), owner::where);
                TaskRow follower = row(bean, "follower");
                assertEquals("Lock[locked by owner, 1 waiting]", follower.waitsFor());
                TaskRow sleeping = row(bean, "sleeper");
                assertEquals("waiting", sleeping.state());
                assertEquals("Asyncio.sleep", sleeping.waitsFor());
                assertEquals("task sleeper", row(bean, "awaiter").waitsFor());
                assertEquals("waiting", row(bean, "main").state());
                assertEquals(2, bean.tasks(2).size());
                assertThrows(IllegalArgumentException.class, () -> bean.tasks(-1));
                assertTrue(bean.tree().contains("waiting for Lock[locked by owner, 1 waiting]"), bean::tree);
            });
            over.set();
            sleeper.cancel();
        });
    }

    @Test
    void tasks_cancelledOrNotStarted_saySo() {
        runMain(() -> {
            var over = new Event();
            Task<?> stubborn = createTask(
                    () -> {
                        try {
                            over.await();
                        } catch (CancelledError e) {
                            over.await(); // cleans up for long
                        }
                    },
                    "stubborn");
            yieldNow();
            stubborn.cancel();
            yieldNow();
            yieldNow();
            lookFromOutside(bean ->
                    assertEquals("waiting, cancelling", row(bean, "stubborn").state()));
            over.set();
        });
    }

    @Test
    void bean_loopBlockedByATask_answersAndNamesTheLine() throws Exception {
        var blocked = new CountDownLatch(1);
        var seen = new AtomicReference<TaskRow>();
        var lag = new AtomicReference<LoopMetrics>();
        var failure = new AtomicReference<Throwable>();
        volatileDone = false;
        var looker = new Thread(() -> {
            try {
                blocked.await();
                EventLoopMXBean bean = bean();
                while (bean.getMetrics().lagNanos() < Duration.ofMillis(20).toNanos()) {
                    Thread.onSpinWait();
                }
                seen.set(row(bean, "hog"));
                lag.set(bean.getMetrics());
            } catch (Throwable e) {
                failure.set(e);
            } finally {
                volatileDone = true;
            }
        });
        looker.start();
        runMain(() -> {
            Task<?> hog = createTask(() -> spin(blocked), "hog");
            createTask(() -> {}, "queued");
            hog.await();
        });
        looker.join();
        assertEquals(null, failure.get());
        assertEquals("running", seen.get().state());
        assertTrue(seen.get().where().contains("LoopInspectionTest.spin("), seen.get()::where);
        assertTrue(lag.get().ready() >= 1, lag.get()::toString); // the one behind it
    }

    private volatile boolean volatileDone;

    private void spin(CountDownLatch blocked) {
        blocked.countDown();
        while (!volatileDone) {
            Thread.onSpinWait();
        }
    }

    @Test
    void tasks_waitOutside_isTold() {
        var parked = new AtomicReference<Thread>();
        runMain(() -> {
            Task<?> foreign = createTask(
                    () -> {
                        parked.set(Thread.currentThread());
                        LockSupport.park();
                    },
                    "foreign");
            if (!Modes.confined()) {
                foreign.cancel(); // it would hold the loop up
                return;
            }
            yieldNow();
            lookFromOutside(bean -> {
                TaskRow row = row(bean, "foreign");
                assertEquals("outside", row.state());
                assertTrue(row.where().contains("LoopInspectionTest."), row::where);
                assertEquals("LockSupport.park", row.waitsFor());
            });
            LockSupport.unpark(parked.get());
            foreign.await();
        });
    }

    @Test
    void tree_tasksInACircle_reportsTheCycle() {
        runMain(() -> {
            Task<?>[] tasks = new Task<?>[2];
            tasks[0] = createTask(() -> tasks[1].await(), "one");
            tasks[1] = createTask(() -> tasks[0].await(), "other");
            yieldNow();
            yieldNow();
            lookFromOutside(
                    bean -> assertTrue(bean.tree().contains("cycle: one waits for other waits for one"), bean::tree));
            tasks[0].cancel();
        });
    }

    @Test
    void holdings_inDebugMode_sayWhereEachWasMade() {
        runMain(() -> {
            Object server = new Object() {
                @Override
                public String toString() {
                    return "a server";
                }
            };
            TimerHandle timer = loop.callLater(seconds(3600), () -> {});
            OpenResource open = loop.opened(OpenResource.Kind.SERVER, server);
            open.received(3);
            open.sent(4);
            open.sent(-1);
            lookFromOutside(bean -> {
                List<Holding> holdings = bean.holdings();
                Holding shown = only(holdings, "server");
                assertEquals("a server, 3 bytes in, 4 bytes out", shown.what());
                assertTrue(
                        shown.madeAt().getFirst().contains("LoopInspectionTest.lambda$holdings_inDebugMode"),
                        shown::toString);
                Holding timed = only(holdings, "timer");
                assertTrue(timed.what().contains(" due in "), timed::what);
                assertTrue(timed.madeAt().getFirst().contains("LoopInspectionTest."), timed::toString);
                assertTrue(only(holdings, "task").what().startsWith("Task[main, "), holdings::toString);
                assertTrue(only(holdings, "foreign").what().startsWith("1 result"), holdings::toString);
            });
            open.close();
            open.close();
            timer.cancel();
            lookFromOutside(bean -> assertEquals(
                    List.of(),
                    bean.holdings().stream()
                            .filter(holding -> holding.kind().equals("server")
                                    || holding.kind().equals("timer"))
                            .toList()));
        });
    }

    private static Holding only(List<Holding> holdings, String kind) {
        List<Holding> found =
                holdings.stream().filter(holding -> holding.kind().equals(kind)).toList();
        assertEquals(1, found.size(), holdings::toString);
        return found.getFirst();
    }

    @Test
    void beans_twoLoopsOfOneName_areToldApartAndGoWithTheirLoops() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        var names = new ObjectName("dev.weft:type=EventLoop,name=inspected loop*");
        runMain(() -> {
            Asyncio.toThread(() -> {
                try (var same = EventLoop.builder().name("inspected loop").build()) {
                    same.runUntilComplete(() -> Asyncio.toThread(() -> {
                        new EventLoops().loops();
                        assertEquals(2, server.queryNames(names, null).size());
                        return null;
                    }));
                }
                return null;
            });
        });
        new EventLoops().loops();
        assertEquals(0, server.queryNames(names, null).size());
    }

    @Test
    void holdingsOfTheJvm_threadThatIsNoDaemon_isNamed() throws Exception {
        var over = new CountDownLatch(1);
        var thread = new Thread(
                () -> {
                    try {
                        over.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                "keeps alive");
        thread.start();
        assertTrue(named(new EventLoops().holdings(), "keeps alive"));
        over.countDown();
        thread.join();
        assertFalse(named(new EventLoops().holdings(), "keeps alive"));
    }

    private static boolean named(List<Holding> holdings, String name) {
        return holdings.stream()
                .anyMatch(holding ->
                        holding.kind().equals("thread") && holding.what().startsWith(name));
    }

    @Test
    void tasks_readyOrBlocking_saySo() throws Exception {
        var mayGoOn = new CountDownLatch(1);
        var seen = new AtomicReference<List<String>>();
        runMain(() -> {
            Future<String> answer = loop.createFuture();
            createTask(() -> answer.await(), "answered");
            createTask(() -> yieldNow(), "yields");
            yieldNow();
            answer.setResult("now");
            Thread looker = Thread.ofPlatform().start(() -> {
                try {
                    EventLoopMXBean bean = bean();
                    while (!row(bean, "main").state().equals("blocking")) {
                        Thread.onSpinWait();
                    }
                    seen.set(List.of(
                            row(bean, "answered").state(),
                            row(bean, "yields").state(),
                            row(bean, "main").where()));
                } catch (Exception e) {
                    throw new AssertionError(e);
                } finally {
                    mayGoOn.countDown();
                }
            });
            runPinned(() -> {
                try {
                    mayGoOn.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            looker.join();
        });
        assertEquals(List.of("ready", "ready"), seen.get().subList(0, 2));
        assertTrue(seen.get().get(2).contains("LoopInspectionTest."), seen.get()::toString);
    }

    private static final String IN_THE_INITIALIZER = "dev.weft.LoopInspectionTest";

    /** Runs something in a class initializer, where a wait keeps the thread that carries the task, too. */
    private static void runPinned(Runnable action) throws ReflectiveOperationException {
        System.getProperties().put(IN_THE_INITIALIZER, action);
        Class.forName(Pinning.class.getName(), true, new Anew());
        System.getProperties().remove(IN_THE_INITIALIZER);
    }

    /** Defines that class again, whose initializer therefore runs again. */
    private static final class Anew extends ClassLoader {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Pinning.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream file = LoopInspectionTest.class.getResourceAsStream("LoopInspectionTest$Pinning.class")) {
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private static final class Pinning {
        static {
            ((Runnable) System.getProperties().get("dev.weft.LoopInspectionTest")).run();
        }
    }

    @Test
    void holdings_manyTimers_saysHowManyMore() {
        runMain(() -> {
            for (int i = 0; i < 103; i++) {
                loop.callLater(seconds(3600), () -> {});
            }
            lookFromOutside(bean -> {
                List<String> timers = bean.holdings().stream()
                        .filter(holding -> holding.kind().equals("timer"))
                        .map(Holding::what)
                        .toList();
                assertEquals(101, timers.size());
                assertEquals("and 3 more", timers.getLast());
            });
        });
    }

    @Test
    void holdings_channels_onlyThoseOfTheProgram() throws Exception {
        try (Loopback connection = Loopback.open()) {
            runMain(() -> {
                loop.addReader(connection.near, () -> {});
                try (ChannelClaim claim = loop.claimChannel(connection.far, "a transport")) {
                    claim.addReader(() -> {});
                    lookFromOutside(bean -> {
                        Holding read = only(bean.holdings(), "channel");
                        assertEquals(connection.near.toString(), read.what());
                        assertTrue(read.madeAt().getFirst().contains("LoopInspectionTest."), read::toString);
                    });
                }
                loop.removeReader(connection.near);
                loop.addWriter(connection.near, () -> {});
                lookFromOutside(bean -> assertEquals(
                        connection.near.toString(),
                        only(bean.holdings(), "channel").what()));
                loop.removeWriter(connection.near);
            });
        }
    }

    @Test
    void holdings_resourceThatCannotSayWhatItIs_isNamedByItsType() {
        runMain(() -> {
            try (OpenResource _ = loop.opened(OpenResource.Kind.PIPE, new HalfMade())) {
                lookFromOutside(bean ->
                        assertEquals("HalfMade", only(bean.holdings(), "pipe").what()));
            }
        });
    }

    private static final class HalfMade {
        @Override
        public String toString() {
            throw new IllegalStateException("not yet");
        }
    }

    @Test
    void holdingsOfTheJvm_loopThatRunsAndChildThatLives_onlyTheChildIsNamed() throws Exception {
        Process child = new ProcessBuilder("sleep", "60").start();
        try {
            runMain(() -> lookFromOutside(bean -> {
                List<Holding> all = new EventLoops().holdings();
                assertTrue(
                        all.stream()
                                .anyMatch(holding -> holding.kind().equals("process")
                                        && holding.what().startsWith("pid " + child.pid() + ", ")),
                        all::toString);
                assertFalse(named(all, Thread.currentThread().getName()), all::toString);
            }));
        } finally {
            child.destroyForcibly();
        }
    }
}
