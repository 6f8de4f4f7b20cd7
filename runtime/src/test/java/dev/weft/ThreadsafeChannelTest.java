package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Channels between threads and a loop: in real time, since threads have no other. */
@Timeout(60)
final class ThreadsafeChannelTest {
    private final EventLoop loop = EventLoop.create();
    private final List<Object> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void channel_onVirtualTime_holdsTheTimeUntilItsLastSenderIsClosed() throws Exception {
        try (var virtual = new TestLoop()) {
            EventLoop seen = virtual; // whose inside this package sees
            Channel<String> channel = Channel.threadsafe(virtual, 1);
            Thread sender = Thread.ofPlatform().daemon().start(() -> {
                while (!seen.core().asleep() && !virtual.isClosed()) {
                    Thread.onSpinWait(); // until it is left with nothing but this thread to wait for
                }
                try (Sender<String> last = channel.sender()) {
                    last.put("a");
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            virtual.run(() -> {
                assertEquals("a", channel.receiver().receive());
                assertThrows(
                        EndOfChannelException.class, () -> channel.receiver().receive());
                Asyncio.sleep(Asyncio.seconds(86_400)); // in no time
            });
            assertEquals(Asyncio.seconds(86_400).toNanos(), virtual.time());
            sender.join();
        }
    }

    @Test
    void put_severalThreads_allItemsArriveInTheOrderOfEach() {
        var channel = Channel.<int[]>threadsafe(loop, 4);
        int threads = 4;
        int each = 5_000;
        var producers = new ArrayList<CompletableFuture<Void>>();
        for (int t = 0; t < threads; t++) {
            int name = t;
            Sender<int[]> sender = channel.sender().clone();
            producers.add(inThread(() -> {
                try (sender) {
                    for (int i = 0; i < each; i++) {
                        sender.put(new int[] {name, i});
                    }
                }
            }));
        }
        channel.sender().close();
        int[] next = new int[threads];
        loop.runUntilComplete(() -> {
            for (int[] item : channel.receiver()) {
                assertEquals(next[item[0]]++, item[1]);
                assertTrue(channel.receiver().buffered() <= 4, "more items than slots");
            }
        });
        for (int count : next) {
            assertEquals(each, count);
        }
        producers.forEach(CompletableFuture::join);
    }

    @Test
    void offer_full_saysSoAndNeverBlocks() {
        var channel = Channel.<Integer>threadsafe(loop, 2);
        assertTrue(channel.sender().offer(1));
        assertTrue(channel.sender().trySend(2));
        assertFalse(channel.sender().offer(3));
        loop.runUntilComplete(() -> {
            assertEquals(1, channel.receiver().receive());
            assertTrue(channel.sender().offer(4));
            assertEquals(2, channel.receiver().receive());
            assertEquals(4, channel.receiver().receive());
        });
    }

    @Test
    void put_onTheLoop_isRefusedAndSendWaitsInstead() {
        var channel = Channel.<Integer>threadsafe(loop, 1);
        loop.runUntilComplete(() -> {
            channel.sender().send(1);
            var e = assertThrows(
                    IllegalStateException.class, () -> channel.sender().put(2));
            assertTrue(e.getMessage().contains("block the loop"), e.getMessage());
            Task<?> sender = createTask(() -> channel.sender().send(2));
            yieldNow();
            assertEquals(1, channel.sender().waiters());
            assertEquals(1, channel.receiver().receive());
            sender.await();
            assertEquals(2, channel.receiver().receive());
        });
    }

    @Test
    void put_loopSendsAsWell_slotsAreShared() {
        var channel = Channel.<String>threadsafe(loop, 1);
        int each = 2_000;
        Sender<String> forThread = channel.sender().clone();
        CompletableFuture<Void> thread = inThread(() -> {
            try (forThread) {
                for (int i = 0; i < each; i++) {
                    forThread.put("thread");
                }
            }
        });
        loop.runUntilComplete(() -> {
            createTask(() -> {
                try (Sender<String> sender = channel.sender()) {
                    for (int i = 0; i < each; i++) {
                        sender.send("loop");
                    }
                }
            });
            int[] counts = {0, 0};
            for (String item : channel.receiver()) {
                counts[item.equals("loop") ? 0 : 1]++;
                assertTrue(channel.receiver().buffered() <= 1, "more items than slots");
            }
            assertEquals(each, counts[0]);
            assertEquals(each, counts[1]);
        });
        thread.join();
    }

    @Test
    void put_interrupted_throwsAndTheSlotIsNotLost() throws Exception {
        var channel = Channel.<String>threadsafe(loop, 1);
        channel.sender().put("first");
        var outcome = new CompletableFuture<Throwable>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                channel.sender().put("interrupted");
                outcome.complete(new AssertionError("put returned"));
            } catch (Throwable e) {
                outcome.complete(e);
            }
        });
        thread.interrupt();
        assertInstanceOf(InterruptedException.class, outcome.join());
        loop.runUntilComplete(() -> {
            assertEquals("first", channel.receiver().receive());
        });
        assertTrue(channel.sender().offer("second"));
        assertFalse(channel.sender().offer("third"));
    }

    @Test
    void lastReceiverClosed_threadsThatWait_areTold() {
        var channel = Channel.<String>threadsafe(loop, 1);
        var waiting = new AtomicInteger();
        assertTrue(channel.sender().offer("first"));
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            threads.add(inThread(() -> {
                waiting.incrementAndGet();
                assertThrows(
                        BrokenResourceException.class, () -> channel.sender().put("more"));
            }));
        }
        loop.runUntilComplete(() -> {
            while (waiting.get() < 3) {
                yieldNow();
            }
            channel.receiver().close();
        });
        threads.forEach(CompletableFuture::join);
        assertThrows(BrokenResourceException.class, () -> channel.sender().offer("more"));
    }

    @Test
    void senderClosed_itemsBeforeIt_areReceivedBeforeTheEnd() {
        var channel = Channel.<String>threadsafe(loop, 10);
        var cause = new IOException("the source broke");
        Sender<String> second = channel.sender().clone();
        CompletableFuture<Void> thread = inThread(() -> {
            channel.sender().put("a");
            channel.sender().close();
            assertThrows(ClosedResourceException.class, () -> channel.sender().put("b"));
            assertThrows(ClosedResourceException.class, () -> channel.sender().offer("b"));
            assertThrows(ClosedResourceException.class, () -> channel.sender().clone());
            second.put("c");
            second.close(cause);
            second.close();
        });
        loop.runUntilComplete(() -> {
            assertEquals("a", channel.receiver().receive());
            assertEquals("c", channel.receiver().receive());
            assertSame(
                    cause,
                    assertThrows(IOException.class, () -> channel.receiver().receive()));
        });
        thread.join();
    }

    @Test
    void senderClosed_threadAndTaskWaitOnIt_areTold() {
        var channel = Channel.<String>threadsafe(loop, 1);
        var waiting = new AtomicInteger();
        assertTrue(channel.sender().offer("first"));
        CompletableFuture<Void> thread = inThread(() -> {
            waiting.incrementAndGet();
            assertThrows(ClosedResourceException.class, () -> channel.sender().put("thread"));
        });
        loop.runUntilComplete(() -> {
            Task<?> task = createTask(() -> channel.sender().send("task"));
            while (waiting.get() < 1) {
                yieldNow();
            }
            channel.sender().close();
            assertThrows(ClosedResourceException.class, task::await);
            assertEquals("first", channel.receiver().receive());
            assertThrows(EndOfChannelException.class, () -> channel.receiver().receive());
        });
        thread.join();
    }

    @Test
    void loopClosed_threadThatWaits_isTold() {
        var closing = EventLoop.create();
        var channel = Channel.<String>threadsafe(closing, 1);
        var waiting = new AtomicInteger();
        assertTrue(channel.sender().offer("first"));
        CompletableFuture<Void> thread = inThread(() -> {
            waiting.incrementAndGet();
            var e = assertThrows(
                    IllegalStateException.class, () -> channel.sender().put("more"));
            assertTrue(e.getMessage().contains("loop closed"), e.getMessage());
        });
        while (waiting.get() < 1) {
            Thread.onSpinWait();
        }
        closing.close();
        thread.join();
        assertThrows(IllegalStateException.class, () -> channel.sender().offer("more"));
    }

    @Test
    void receive_onAnotherThread_isRefused() {
        var channel = Channel.<String>threadsafe(loop, 1);
        loop.runUntilComplete(() -> {
            Asyncio.toThread(() -> {
                assertThrows(
                        IllegalStateException.class, () -> channel.receiver().receive());
                assertThrows(IllegalStateException.class, () -> channel.sender().send("a"));
                assertThrows(
                        IllegalStateException.class, () -> channel.receiver().close());
                assertTrue(channel.sender().offer("a"));
            });
            assertEquals("a", channel.receiver().receive());
        });
    }

    @Test
    void select_itemFromAThread_isReceived() {
        var channel = Channel.<String>threadsafe(loop, 1);
        CompletableFuture<Void> thread = inThread(() -> channel.sender().put("item"));
        loop.runUntilComplete(() -> {
            Future<String> never = loop.createFuture();
            Asyncio.select(s -> s.onDone(never, trail::add).onReceive(channel.receiver(), trail::add));
            assertEquals(List.of("item"), trail);
            Asyncio.select(s -> s.onSend(channel.sender(), "back", () -> trail.add("sent")));
            assertEquals("back", channel.receiver().receive());
        });
        thread.join();
    }

    private static CompletableFuture<Void> inThread(Action body) {
        var ended = new CompletableFuture<Void>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                body.run();
                ended.complete(null);
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
        });
        return ended;
    }
}
