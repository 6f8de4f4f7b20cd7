package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.waitFor;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ChannelTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    // ---- items

    @Test
    void send_space_doesNotSuspendAndKeepsTheOrder() {
        var channel = Channel.<Integer>open(3);
        loop.run(() -> {
            loop.callSoon(() -> trail.add("next iteration"));
            for (int i = 1; i <= 3; i++) {
                channel.sender().send(i);
            }
            assertEquals(3, channel.receiver().buffered());
            assertEquals(1, channel.receiver().receive());
            assertEquals(Optional.of(2), channel.receiver().tryReceive());
            assertEquals(3, channel.receiver().receive());
            assertEquals(List.of(), trail);
        });
    }

    @Test
    void send_full_waitsForSpace() {
        var channel = Channel.<String>open(1);
        loop.run(() -> {
            channel.sender().send("a");
            sendInTask(channel, "b");
            sendInTask(channel, "c");
            yieldNow();
            assertEquals(List.of(), trail);
            assertEquals(2, channel.sender().waiters());

            assertEquals("a", channel.receiver().receive());
            yieldNow();
            assertEquals(List.of("sent b"), trail);
            assertEquals("b", channel.receiver().receive());
            assertEquals("c", channel.receiver().receive());
            assertEquals(0, channel.sender().waiters());
        });
    }

    @Test
    void receive_empty_waitsInOrderOfArrival() {
        var channel = Channel.<String>open(5);
        loop.run(() -> {
            receiveInTask(channel, "first");
            receiveInTask(channel, "second");
            yieldNow();
            assertEquals(2, channel.receiver().waiters());
            channel.sender().send("a");
            channel.sender().send("b");
            yieldNow();
            assertEquals(List.of("first got a", "second got b"), trail);
        });
    }

    @Test
    void receive_itemPromisedToAnother_isNotTakenAway() {
        var channel = Channel.<String>open(5);
        loop.run(() -> {
            receiveInTask(channel, "waiter");
            yieldNow();
            channel.sender().send("a");
            assertEquals(Optional.empty(), channel.receiver().tryReceive());
            receiveInTask(channel, "late comer");
            yieldNow();
            assertEquals(List.of("waiter got a"), trail);
            channel.sender().send("b");
            yieldNow();
            assertEquals(List.of("waiter got a", "late comer got b"), trail);
        });
    }

    @Test
    void send_slotPromisedToAnother_isNotTakenAway() {
        var channel = Channel.<String>open(1);
        loop.run(() -> {
            channel.sender().send("a");
            sendInTask(channel, "b");
            yieldNow();
            assertEquals("a", channel.receiver().receive());
            assertFalse(channel.sender().trySend("barging"));
            assertEquals("b", channel.receiver().receive());
        });
    }

    @Test
    void trySendAndTryReceive_fullOrEmpty_saySo() {
        var channel = Channel.<String>open(1);
        assertEquals(Optional.empty(), channel.receiver().tryReceive());
        assertTrue(channel.sender().trySend("a"));
        assertFalse(channel.sender().offer("b"));
        assertEquals(Optional.of("a"), channel.receiver().tryReceive());
        assertThrows(NullPointerException.class, () -> channel.sender().trySend(null));
        assertThrows(NullPointerException.class, () -> channel.sender().send(null));
        assertThrows(UnsupportedOperationException.class, () -> channel.sender().put("c"));
    }

    // ---- rendezvous

    @Test
    void rendezvous_senderFirst_returnsAfterAReceiverTookIt() {
        var channel = Channel.<String>open(0);
        loop.run(() -> {
            sendInTask(channel, "a");
            sendInTask(channel, "b");
            sleep(seconds(1));
            assertEquals(List.of(), trail);
            assertEquals("a", channel.receiver().receive()); // at once: a sender waits
            assertEquals(1, channel.sender().waiters());
            yieldNow();
            assertEquals(List.of("sent a"), trail);
            assertEquals(Optional.of("b"), channel.receiver().tryReceive());
            yieldNow();
            assertEquals(List.of("sent a", "sent b"), trail);
        });
    }

    @Test
    void rendezvous_receiverFirst_senderReturnsAfterItTookTheItem() {
        var channel = Channel.<String>open(0);
        loop.run(() -> {
            receiveInTask(channel, "receiver");
            yieldNow();
            channel.sender().send("a");
            trail.add("sent");
            assertEquals(List.of("receiver got a", "sent"), trail);
        });
    }

    @Test
    void rendezvous_trySend_onlyToAReceiverThatWaits() {
        var channel = Channel.<String>open(0);
        loop.run(() -> {
            assertFalse(channel.sender().trySend("nobody"));
            receiveInTask(channel, "receiver");
            yieldNow();
            assertTrue(channel.sender().trySend("a"));
            assertFalse(channel.sender().trySend("b"));
            yieldNow();
            assertEquals(List.of("receiver got a"), trail);
        });
    }

    @Test
    void rendezvous_trySendToAReceiverThatIsThenCancelled_itemIsKeptForTheNext() {
        var channel = Channel.<String>open(0);
        loop.run(() -> {
            Task<?> receiver = receiveInTask(channel, "cancelled");
            yieldNow();
            assertTrue(channel.sender().trySend("a"));
            receiver.cancel();
            yieldNow();
            assertTrue(receiver.cancelled());
            assertEquals("a", channel.receiver().receive());
        });
    }

    @Test
    void rendezvous_senderGivesUpAfterAReceiverWasWoken_receiverKeepsItsPlace() {
        var channel = Channel.<String>open(0);
        loop.run(() -> {
            receiveInTask(channel, "first");
            receiveInTask(channel, "second");
            yieldNow();
            Task<?> fickle = createTask(() -> channel.sender().send("withdrawn"));
            yieldNow(); // the first receiver is woken for it
            fickle.cancel();
            yieldNow();
            assertEquals(List.of(), trail);
            assertEquals(2, channel.receiver().waiters());
            channel.sender().send("a");
            channel.sender().send("b");
            assertEquals(List.of("first got a", "second got b"), trail);
        });
    }

    // ---- cancellation

    @Test
    void send_cancelledWhileWaiting_isNotDelivered() {
        for (int capacity : new int[] {0, 1}) {
            var channel = Channel.<String>open(capacity);
            loop.run(() -> {
                if (capacity == 1) {
                    channel.sender().send("first");
                }
                Task<?> sender = createTask(() -> channel.sender().send("cancelled"));
                yieldNow();
                sender.cancel();
                assertThrows(CancelledError.class, sender::await);
                assertEquals(0, channel.sender().waiters());
                if (capacity == 1) {
                    assertEquals("first", channel.receiver().receive());
                }
                assertEquals(Optional.empty(), channel.receiver().tryReceive());
            });
        }
    }

    @Test
    void send_wokenForASlotAndCancelled_isNotDeliveredAndTheSlotIsPassedOn() {
        var channel = Channel.<String>open(1);
        loop.run(() -> {
            channel.sender().send("first");
            Task<?> cancelled = createTask(() -> channel.sender().send("cancelled"));
            sendInTask(channel, "next");
            yieldNow();
            assertEquals("first", channel.receiver().receive());
            cancelled.cancel();
            assertEquals("next", channel.receiver().receive());
            assertTrue(cancelled.cancelled());
            assertTrue(channel.sender().trySend("the slot is free again"));
        });
    }

    @Test
    void rendezvous_senderCancelledAfterItsItemWasTaken_hasSentAndIsCancelledAtItsNextWait() {
        var channel = Channel.<String>open(0);
        loop.run(() -> {
            Task<?> sender = createTask(() -> {
                channel.sender().send("a");
                trail.add("sent");
                sleep(seconds(1));
                trail.add("never");
            });
            yieldNow();
            assertEquals("a", channel.receiver().receive());
            sender.cancel("too late for a");
            var e = assertThrows(CancelledError.class, sender::await);
            assertEquals("too late for a", e.getMessage());
            assertEquals(List.of("sent"), trail);
        });
    }

    @Test
    void rendezvous_senderTimedOutAfterItsItemWasTaken_hasSent() throws Exception {
        var channel = Channel.<String>open(0);
        loop.run(() -> {
            Task<?> sender = createTask(() -> {
                waitFor(() -> channel.sender().send("a"), seconds(1));
                yieldNow(); // no cancellation is left over
                assertEquals(0, Asyncio.currentTask().cancelling());
                trail.add("sent");
            });
            // Just before the deadline, in the same iteration.
            yieldNow();
            loop.callAt(
                    loop.time() + 999_999_999,
                    () -> trail.add(channel.receiver().tryReceive()));
            sender.await();
            assertEquals(List.of(Optional.of("a"), "sent"), trail);
        });
    }

    @Test
    void receive_wokenAndCancelled_losesNothingAndKeepsTheOrder() {
        var channel = Channel.<String>open(5);
        loop.run(() -> {
            Task<?> cancelled = receiveInTask(channel, "cancelled");
            receiveInTask(channel, "next");
            yieldNow();
            channel.sender().send("a");
            cancelled.cancel();
            channel.sender().send("b");
            yieldNow();
            yieldNow();
            assertEquals(List.of("next got a"), trail);
            assertEquals("b", channel.receiver().receive());
        });
    }

    @Test
    void receive_timedOut_losesNothing() {
        for (int capacity : new int[] {0, 1}) {
            var channel = Channel.<String>open(capacity);
            loop.run(() -> {
                loop.callLater(
                        seconds(1), () -> createTask(() -> channel.sender().send("item")));
                Task<String> limited =
                        createTask(() -> waitFor(() -> channel.receiver().receive(), seconds(1)));
                sleep(seconds(2));
                assertInstanceOf(TimeoutException.class, limited.exception());
                assertEquals("item", channel.receiver().receive());
                assertEquals(0, channel.receiver().waiters());
            });
        }
    }

    // ---- overflow

    @Test
    void dropOldest_full_makesSpaceAtTheFront() {
        var channel = Channel.<Integer>open(2, Channel.options().overflow(Overflow.DROP_OLDEST));
        loop.run(() -> {
            loop.callSoon(() -> trail.add("next iteration"));
            for (int i = 1; i <= 4; i++) {
                channel.sender().send(i);
            }
            assertTrue(channel.sender().trySend(5));
            assertEquals(4, channel.receiver().receive());
            assertEquals(5, channel.receiver().receive());
            assertEquals(Optional.empty(), channel.receiver().tryReceive());
            assertEquals(List.of(), trail);
        });
    }

    @Test
    void dropLatest_full_dropsTheNewItem() {
        var channel = Channel.<Integer>open(2, Channel.options().overflow(Overflow.DROP_LATEST));
        loop.run(() -> {
            loop.callSoon(() -> trail.add("next iteration"));
            for (int i = 1; i <= 4; i++) {
                channel.sender().send(i);
            }
            assertFalse(channel.sender().trySend(5));
            assertEquals(1, channel.receiver().receive());
            assertTrue(channel.sender().trySend(6));
            assertEquals(2, channel.receiver().receive());
            assertEquals(6, channel.receiver().receive());
            assertEquals(List.of(), trail);
        });
    }

    @Test
    void dropOldest_receiverWoken_getsTheOldestThatIsLeft() {
        var channel = Channel.<Integer>open(1, Channel.options().overflow(Overflow.DROP_OLDEST));
        loop.run(() -> {
            receiveInTask(channel, "receiver");
            yieldNow();
            channel.sender().send(1);
            channel.sender().send(2);
            yieldNow();
            assertEquals(List.of("receiver got 2"), trail);
        });
    }

    // ---- wrong use

    @Test
    void open_unsuitableCapacity_isRefused() {
        var e = assertThrows(IllegalArgumentException.class, () -> Channel.open(-1));
        assertTrue(e.getMessage().contains("-1"), e.getMessage());
        for (Overflow dropping : List.of(Overflow.DROP_OLDEST, Overflow.DROP_LATEST)) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Channel.open(0, Channel.options().overflow(dropping)));
        }
        assertThrows(IllegalArgumentException.class, () -> Channel.threadsafe(loop, 0));
        assertThrows(NullPointerException.class, () -> Channel.options().overflow(null));
        assertEquals(Overflow.SUSPEND, Channel.options().overflow());
    }

    @Test
    void waiting_outsideATaskOrOnAnotherLoop_isRefused() {
        var channel = Channel.<String>open(0);
        assertThrows(IllegalStateException.class, () -> channel.receiver().receive());
        assertThrows(IllegalStateException.class, () -> channel.sender().send("a"));
        assertEquals(0, channel.receiver().waiters() + channel.sender().waiters());
        loop.run(() -> {
            receiveInTask(channel, "receiver");
            channel.sender().send("a");
        });
        try (var other = new TestLoop()) {
            other.run(() -> {
                for (Action call : List.<Action>of(
                        () -> channel.receiver().receive(),
                        () -> channel.sender().send("b"))) {
                    var e = assertThrows(IllegalStateException.class, call::run);
                    assertTrue(e.getMessage().contains("belongs to another loop"), e.getMessage());
                }
            });
        }
    }

    @Test
    void anyCall_fromAForeignThreadWhileTheLoopRuns_isRefused() {
        var channel = Channel.<String>open(1);
        loop.run(() -> {
            Task<?> receiver = receiveInTask(channel, "receiver");
            yieldNow();
            Asyncio.toThread(() -> {
                for (Action call : List.<Action>of(
                        () -> channel.sender().send("a"),
                        () -> channel.sender().trySend("a"),
                        () -> assertNotNull(channel.sender().clone()),
                        () -> channel.sender().close(),
                        () -> channel.receiver().receive(),
                        () -> channel.receiver().tryReceive(),
                        () -> assertNotNull(channel.receiver().clone()),
                        () -> channel.receiver().close())) {
                    var e = assertThrows(IllegalStateException.class, call::run);
                    assertTrue(e.getMessage().contains("callSoonThreadsafe"), e.getMessage());
                }
            });
            channel.sender().send("still open");
            receiver.await();
            assertEquals(List.of("receiver got still open"), trail);
        });
    }

    @Test
    void toString_eachState_namesCountsAndEnds() {
        var channel = Channel.<String>open(1);
        loop.run(() -> {
            assertEquals("Sender[Channel[0 of 1 items]]", channel.sender().toString());
            Task<?> receiver = receiveInTask(channel, "receiver");
            yieldNow();
            assertTrue(receiver.toString().contains("waiting for Channel[0 of 1 items, 1 receivers waiting]"));
            channel.sender().send("a");
            yieldNow();
            channel.sender().send("b");
            sendInTask(channel, "c");
            yieldNow();
            assertEquals(
                    "Receiver[Channel[1 of 1 items, 1 senders waiting]]",
                    channel.receiver().toString());
            channel.receiver().tryReceive();
            yieldNow();
            channel.sender().close();
            assertEquals(
                    "Sender[closed, Channel[1 of 1 items, no sender]]",
                    channel.sender().toString());
        });
    }

    private Task<?> sendInTask(Channel<String> channel, String item) {
        return createTask(() -> {
            channel.sender().send(item);
            trail.add("sent " + item);
        });
    }

    private Task<?> receiveInTask(Channel<?> channel, String name) {
        return createTask(() -> trail.add(name + " got " + channel.receiver().receive()));
    }
}
