package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the two ends of a channel close, and what that means for the other. */
final class ChannelEndTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    // ---- senders

    @Test
    void lastSenderClosed_itemsLeft_areReceivedBeforeTheEnd() {
        var channel = Channel.<String>open(3);
        loop.run(() -> {
            channel.sender().send("a");
            channel.sender().send("b");
            channel.sender().close();
            assertEquals("a", channel.receiver().receive());
            assertEquals(Optional.of("b"), channel.receiver().tryReceive());
            assertThrows(EndOfChannelException.class, () -> channel.receiver().receive());
            assertThrows(EndOfChannelException.class, () -> channel.receiver().tryReceive());
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void lastSenderClosed_receiversWait_theyGetTheEnd(int capacity) {
        var channel = Channel.<String>open(capacity);
        loop.run(() -> {
            List<Task<String>> receivers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                receivers.add(createTask(() -> channel.receiver().receive()));
            }
            yieldNow();
            channel.sender().close();
            for (Task<String> receiver : receivers) {
                assertThrows(EndOfChannelException.class, receiver::await);
            }
            assertEquals(0, channel.receiver().waiters());
        });
    }

    @Test
    void senderClosed_anotherIsOpen_channelGoesOn() {
        var channel = Channel.<String>open(1);
        loop.run(() -> {
            Sender<String> second = channel.sender().clone();
            Task<String> receiver = createTask(() -> channel.receiver().receive());
            yieldNow();
            channel.sender().close();
            channel.sender().close(); // counts once
            yieldNow();
            assertFalse(receiver.done());
            second.send("a");
            assertEquals("a", receiver.await());
            second.close();
            assertThrows(EndOfChannelException.class, () -> channel.receiver().receive());
        });
    }

    @Test
    void sender_closed_refusesEverything() {
        var channel = Channel.<String>open(1);
        channel.sender().close();
        assertThrows(ClosedResourceException.class, () -> channel.sender().send("a"));
        assertThrows(ClosedResourceException.class, () -> channel.sender().trySend("a"));
        assertThrows(ClosedResourceException.class, () -> channel.sender().clone());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void senderClosed_callWaitsOnIt_isToldAndTheItemIsNotSent(int capacity) {
        var channel = Channel.<String>open(capacity);
        loop.run(() -> {
            Sender<String> other = channel.sender().clone();
            fill(channel, capacity);
            Task<?> waiting = createTask(() -> channel.sender().send("not sent"));
            Task<?> others = createTask(() -> other.send("sent"));
            yieldNow();
            channel.sender().close();
            assertThrows(ClosedResourceException.class, waiting::await);
            drain(channel, capacity);
            assertEquals("sent", channel.receiver().receive());
            others.await();
        });
    }

    @Test
    void senderClosed_callWokenForASlot_isToldAndTheSlotIsPassedOn() {
        var channel = Channel.<String>open(1);
        loop.run(() -> {
            Sender<String> other = channel.sender().clone();
            fill(channel, 1);
            Task<?> woken = createTask(() -> channel.sender().send("not sent"));
            Task<?> next = createTask(() -> other.send("sent"));
            yieldNow();
            drain(channel, 1);
            channel.sender().close();
            assertThrows(ClosedResourceException.class, woken::await);
            assertEquals("sent", channel.receiver().receive());
            next.await();
        });
    }

    @Test
    void rendezvous_senderClosedAfterItsItemWasTaken_hasSent() {
        var channel = Channel.<String>open(0);
        loop.run(() -> {
            Task<?> sender = createTask(() -> channel.sender().send("a"));
            yieldNow();
            assertEquals("a", channel.receiver().receive());
            channel.sender().close();
            sender.await();
        });
    }

    @Test
    void closeWithCause_drained_receiversGetTheCause() {
        var channel = Channel.<String>open(3);
        var cause = new IOException("the source broke");
        loop.run(() -> {
            Sender<String> other = channel.sender().clone();
            channel.sender().send("a");
            channel.sender().close(cause);
            other.send("b");
            other.close(new IOException("a later cause"));
            assertEquals("a", channel.receiver().receive());
            assertEquals("b", channel.receiver().receive());
            assertSame(
                    cause,
                    assertThrows(IOException.class, () -> channel.receiver().receive()));
            assertSame(
                    cause,
                    assertThrows(IOException.class, () -> channel.receiver().tryReceive()));
            assertThrows(IOException.class, () -> channel.receiver().iterator().hasNext());
        });
        var unused = Channel.<String>open(1);
        assertThrows(NullPointerException.class, () -> unused.sender().close(null));
    }

    @Test
    void closeWithCause_receiverWaits_getsTheCause() {
        var channel = Channel.<String>open(0);
        loop.run(() -> {
            Task<String> receiver = createTask(() -> channel.receiver().receive());
            yieldNow();
            channel.sender().close(new IOException("broke"));
            assertThrows(IOException.class, receiver::await);
        });
    }

    @Test
    void lastSenderClosed_lastItemIsPromised_lateReceiverStillGetsTheEnd() {
        var channel = Channel.<String>open(1);
        loop.run(() -> {
            Task<String> first = createTask(() -> channel.receiver().receive());
            yieldNow();
            channel.sender().send("a");
            channel.sender().close();
            Task<String> late = createTask(() -> channel.receiver().receive());
            assertEquals("a", first.await());
            assertThrows(EndOfChannelException.class, late::await);
        });
    }

    // ---- receivers

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void lastReceiverClosed_senders_areTold(int capacity) {
        var channel = Channel.<String>open(capacity);
        loop.run(() -> {
            fill(channel, capacity);
            Task<?> waiting = createTask(() -> channel.sender().send("b"));
            yieldNow();
            channel.receiver().close();
            assertThrows(BrokenResourceException.class, waiting::await);
            assertThrows(BrokenResourceException.class, () -> channel.sender().send("c"));
            assertThrows(BrokenResourceException.class, () -> channel.sender().trySend("c"));
            assertEquals(0, channel.receiver().buffered()); // what was left is dropped
            assertEquals(0, channel.sender().waiters());
            channel.sender().close(); // quietly
        });
    }

    @Test
    void lastReceiverClosed_senderWokenForASlot_isTold() {
        var channel = Channel.<String>open(1);
        loop.run(() -> {
            fill(channel, 1);
            Task<?> woken = createTask(() -> channel.sender().send("b"));
            yieldNow();
            drain(channel, 1);
            channel.receiver().close();
            assertThrows(BrokenResourceException.class, woken::await);
        });
    }

    @Test
    void receiverClosed_anotherIsOpen_channelGoesOn() {
        var channel = Channel.<String>open(1);
        loop.run(() -> {
            Receiver<String> second = channel.receiver().clone();
            channel.sender().send("a");
            channel.receiver().close();
            channel.receiver().close();
            assertEquals("a", second.receive());
        });
    }

    @Test
    void receiver_closed_refusesEverything() {
        var channel = Channel.<String>open(1);
        channel.receiver().close();
        assertThrows(ClosedResourceException.class, () -> channel.receiver().receive());
        assertThrows(ClosedResourceException.class, () -> channel.receiver().tryReceive());
        assertThrows(ClosedResourceException.class, () -> channel.receiver().clone());
        assertThrows(
                ClosedResourceException.class,
                () -> channel.receiver().iterator().hasNext());
    }

    @Test
    void receiverClosed_callWaitsOnIt_isTold() {
        var channel = Channel.<String>open(1);
        loop.run(() -> {
            Receiver<String> other = channel.receiver().clone();
            Task<String> waiting = createTask(() -> channel.receiver().receive());
            Task<String> others = createTask(other::receive);
            yieldNow();
            channel.receiver().close();
            assertThrows(ClosedResourceException.class, waiting::await);
            channel.sender().send("a");
            assertEquals("a", others.await());
        });
    }

    @Test
    void receiverClosed_callWokenForAnItem_isToldAndTheItemGoesToTheNext() {
        var channel = Channel.<String>open(1);
        loop.run(() -> {
            Receiver<String> other = channel.receiver().clone();
            Task<String> woken = createTask(() -> channel.receiver().receive());
            Task<String> next = createTask(other::receive);
            yieldNow();
            channel.sender().send("a");
            channel.receiver().close();
            assertThrows(ClosedResourceException.class, woken::await);
            assertEquals("a", next.await());
        });
    }

    // ---- iteration and scopes

    @Test
    void iteration_untilTheEnd_getsEveryItem() {
        var channel = Channel.<Integer>open(0);
        loop.run(() -> {
            createTask(() -> {
                try (Sender<Integer> sender = channel.sender()) {
                    for (int i = 0; i < 3; i++) {
                        sender.send(i);
                    }
                }
            });
            for (int item : channel.receiver()) {
                trail.add(item);
            }
            assertEquals(List.of(0, 1, 2), trail);
        });
    }

    @Test
    void iterator_pastTheEnd_throws() {
        var channel = Channel.<Integer>open(1);
        loop.run(() -> {
            channel.sender().send(1);
            channel.sender().close();
            Iterator<Integer> items = channel.receiver().iterator();
            assertTrue(items.hasNext());
            assertTrue(items.hasNext());
            assertEquals(1, items.next());
            assertFalse(items.hasNext());
            assertThrows(NoSuchElementException.class, items::next);
        });
    }

    private static void fill(Channel<String> channel, int capacity) {
        for (int i = 0; i < capacity; i++) {
            channel.sender().send("filler");
        }
    }

    private static void drain(Channel<String> channel, int capacity) {
        for (int i = 0; i < capacity; i++) {
            assertEquals("filler", channel.receiver().receive());
        }
    }
}
