package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The short forms of calls that other tests have in their long form, and what things are called in texts. */
final class SmallCallsTest {
    private final EventLoop loop = EventLoop.builder().name("small").debug(true).build();
    private final List<String> trail = new ArrayList<>();

    @AfterEach
    void close() {
        loop.close();
    }

    // ---- bodies without a value

    @Test
    void run_bodyWithoutAValue_isRunWhileHolding() {
        loop.runUntilComplete(() -> {
            var semaphore = new Semaphore(1);
            semaphore.run(() -> trail.add("semaphore " + semaphore.locked()));
            assertFalse(semaphore.locked());
            var limiter = new CapacityLimiter(1);
            limiter.run(() -> trail.add("limiter " + limiter.borrowed()));
            assertEquals(0, limiter.borrowed());
        });
        assertEquals(List.of("semaphore true", "limiter 1"), trail);
    }

    @Test
    void timeoutAt_bodyWithoutAValue_endsInTime() throws Exception {
        loop.<Exception>runUntilComplete(() -> {
            Asyncio.timeoutAt(Long.MAX_VALUE, () -> {
                trail.add("body");
            });
            assertThrows(
                    TimeoutException.class,
                    () -> Asyncio.timeoutAt(loop.time(), scope -> {
                        assertFalse(scope.expired());
                        new Event().await();
                    }));
        });
        assertEquals(List.of("body"), trail);
    }

    @Test
    void callAfter_bodyWithoutAValue_runsThen() {
        loop.runUntilComplete(() -> Asyncio.callAfter(Asyncio.millis(1), () -> {
                    trail.add("ran");
                })
                .await());
        assertEquals(List.of("ran"), trail);
    }

    @Test
    void shield_body_goesOnWhenTheCallerIsCancelled() {
        loop.runUntilComplete(() -> {
            var mayEnd = new Event();
            Future<String> shielded = Asyncio.shield(() -> {
                mayEnd.await();
                trail.add("ended");
                return "value";
            });
            Asyncio.yieldNow();
            shielded.cancel();
            mayEnd.set();
            Asyncio.yieldNow();
            Asyncio.yieldNow();
        });
        assertEquals(List.of("ended"), trail);
    }

    @Test
    void supervisorGroup_memberFails_othersEnd() {
        loop.runUntilComplete(() -> {
            var failures = assertThrows(
                    ExceptionGroup.class,
                    () -> Asyncio.supervisorGroup(group -> {
                        group.createTask(() -> {
                            throw new IOException("one");
                        });
                        group.createTask(() -> {
                            Asyncio.yieldNow();
                            Asyncio.yieldNow();
                            trail.add("other");
                        });
                    }));
            assertInstanceOf(IOException.class, failures.exceptions().getFirst());
        });
        assertEquals(List.of("other"), trail);
    }

    @Test
    void runCoroutineThreadsafe_bodyWithoutAValue_completes() throws Exception {
        loop.<Object, Exception>runUntilComplete(() -> Asyncio.toThread(() ->
                Asyncio.runCoroutineThreadsafe(() -> trail.add("ran"), loop).get(30, TimeUnit.SECONDS)));
        assertEquals(List.of("ran"), trail);
    }

    // ---- numbers

    @ParameterizedTest
    @CsvSource({
        "1.5, PT1.5S",
        "-0.25, PT-0.25S",
        "1e12, PT277777777H46M40S",
        "-1e12, PT-277777777H-46M-40S",
        "1e300, PT2562047788015215H30M7S",
        "-1e300, PT-2562047788015215H-30M-8S"
    })
    void seconds_anyFiniteNumber_isADuration(double seconds, Duration expected) {
        assertEquals(expected, Asyncio.seconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void seconds_notFinite_isRefused(double seconds) {
        assertThrows(IllegalArgumentException.class, () -> Asyncio.seconds(seconds));
    }

    // ---- texts

    @Test
    void toString_channel_tellsItsState() {
        loop.runUntilComplete(() -> {
            Channel<String> bounded = Channel.open(2);
            assertEquals("Channel[0 of 2 items]", conduit(bounded.receiver()));
            Channel<String> unbounded = Channel.open(Integer.MAX_VALUE);
            unbounded.sender().send("a");
            assertEquals("Channel[1 items]", conduit(unbounded.receiver()));
            unbounded.receiver().close();
            assertEquals("Channel[0 items, no receiver]", conduit(unbounded.sender()));
            assertTrue(unbounded.receiver().toString().startsWith("Receiver[closed, "));
        });
    }

    private static String conduit(Object end) {
        String text = end.toString();
        return text.substring(text.indexOf("Channel["), text.length() - 1);
    }

    @Test
    void toString_claim_namesChannelAndOwner() throws IOException {
        try (Loopback connection = Loopback.open()) {
            loop.runUntilComplete(() -> {
                ChannelClaim claim = loop.claimChannel(connection.near, "me");
                assertSame(connection.near, claim.channel());
                assertTrue(claim.toString().endsWith(", owned by me]"), claim.toString());
                claim.closeChannel();
                assertTrue(claim.toString().endsWith(", owned by me, given up]"), claim.toString());
                assertFalse(connection.near.isOpen());
            });
        }
    }

    @Test
    void toString_limiter_countsThoseWhoWait() {
        loop.runUntilComplete(() -> {
            var limiter = new CapacityLimiter(1);
            assertEquals("CapacityLimiter[0 of 1 borrowed]", limiter.toString());
            limiter.acquireOnBehalfOf("me");
            assertTrue(assertThrows(IllegalStateException.class, () -> limiter.acquireOnBehalfOf("me"))
                    .getMessage()
                    .endsWith("already: java.lang.String"));
            Task<?> other = Asyncio.createTask(() -> limiter.acquire());
            Asyncio.yieldNow();
            assertEquals("CapacityLimiter[1 of 1 borrowed, 1 waiting]", limiter.toString());
            limiter.releaseOnBehalfOf("me");
            assertEquals("CapacityLimiter[1 of 1 borrowed]", limiter.toString());
            other.await();
        });
    }

    @Test
    void toString_futuresInALine_nameIt() {
        loop.runUntilComplete(() -> {
            var lock = new Lock();
            lock.acquire();
            Task<?> waiting = Asyncio.createTask(() -> lock.acquire());
            Asyncio.yieldNow();
            assertTrue(waiting.toString().contains("waiting for Lock[locked by "), waiting.toString());
            lock.release();
            waiting.await();
            Future<List<String>> all = Asyncio.gather(List.of(loop.<String>createFuture()));
            assertTrue(all.toString().startsWith("Future[gather of 1, pending"), all.toString());
            all.cancel();
            AsCompleted<String> some = Asyncio.asCompleted(List.of(loop.<String>createFuture()));
            assertEquals("AsCompleted[1 pending, 0 ready, 0 waiting]", some.toString());
        });
    }

    // ---- management

    @ParameterizedTest
    @ValueSource(strings = {"weft.jmx", "com.sun.management.jmxremote"})
    void bean_askedForByAProperty_isThereFromTheStart(String property) throws Exception {
        var name = new ObjectName("dev.weft:type=EventLoop,name=small");
        System.setProperty(property, "true");
        try {
            loop.runUntilComplete(
                    () -> assertTrue(ManagementFactory.getPlatformMBeanServer().isRegistered(name)));
        } finally {
            System.clearProperty(property);
        }
    }

    @Test
    void mode_nonsense_isRefusedWithWhatThereIs() {
        String before = System.getProperty("weft.mode");
        System.setProperty("weft.mode", "fast");
        try {
            String message = assertThrows(IllegalStateException.class, ModeNotice::preferred)
                    .getMessage();
            assertEquals("system property weft.mode must be confined, portable or auto, got 'fast'", message);
        } finally {
            if (before == null) {
                System.clearProperty("weft.mode");
            } else {
                System.setProperty("weft.mode", before);
            }
        }
    }
}
