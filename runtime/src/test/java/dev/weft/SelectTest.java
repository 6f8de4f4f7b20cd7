package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.select;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.waitFor;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SelectTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();
    private final Channel<String> a = Channel.open(1);
    private final Channel<String> b = Channel.open(1);

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    // ---- ready at once

    @Test
    void select_severalReady_takesTheFirstWritten() {
        loop.run(() -> {
            loop.callSoon(() -> trail.add("next iteration"));
            a.sender().send("from a");
            b.sender().send("from b");
            select(s -> s.onReceive(b.receiver(), trail::add).onReceive(a.receiver(), trail::add));
            assertEquals(List.of("from b"), trail); // without a task switch
            assertEquals(Optional.of("from a"), a.receiver().tryReceive());
        });
    }

    @Test
    void select_valued_clausesOfEachKindInAnyOrder() {
        loop.run(() -> {
            Future<String> done = loop.createFuture();
            done.setResult("done");
            assertEquals(
                    "done!",
                    Select.<String>call(s -> s.onTimeout(null, () -> "late")
                            .onReceive(a.receiver(), item -> item)
                            .onDone(done, value -> value + "!")
                            .onSend(b.sender(), "to b", () -> "sent")));
            assertEquals(
                    "sent",
                    Select.<String>call(s -> s.onReceive(a.receiver(), item -> item)
                            .onSend(b.sender(), "to b", () -> "sent")
                            .onDone(done, value -> value)
                            .onTimeout(Duration.ZERO, () -> "late")));
            assertEquals(
                    "late",
                    Select.<String>call(s -> s.onSend(b.sender(), "b is full", () -> "sent")
                            .onTimeout(Duration.ZERO, () -> "late")
                            .onDone(done, value -> value)));
        });
    }

    @Test
    void select_sendPossible_sendsAndReceivesNothing() {
        loop.run(() -> {
            b.sender().send("from b");
            select(s -> s.onSend(a.sender(), "to a", () -> trail.add("sent")).onReceive(b.receiver(), trail::add));
            assertEquals(List.of("sent"), trail);
            assertEquals("to a", a.receiver().receive());
            assertEquals(1, b.receiver().buffered());
        });
    }

    @Test
    void select_futureDone_givesItsValue() {
        loop.run(() -> {
            Future<String> done = loop.createFuture();
            done.setResult("value");
            select(s -> s.onReceive(a.receiver(), trail::add).onDone(done, trail::add));
            assertEquals(List.of("value"), trail);
            assertEquals(0, a.receiver().waiters());
        });
    }

    @Test
    void select_timeoutZero_happensIfNothingBeforeItCan() {
        loop.run(() -> {
            select(s ->
                    s.onReceive(a.receiver(), trail::add).onTimeout(Duration.ZERO, () -> trail.add("nothing there")));
            a.sender().send("item");
            select(s ->
                    s.onReceive(a.receiver(), trail::add).onTimeout(Duration.ZERO, () -> trail.add("nothing there")));
            assertEquals(List.of("nothing there", "item"), trail);
        });
    }

    @Test
    void select_rendezvousWithAReceiverThatWaits_sends() {
        var rendezvous = Channel.<String>open(0);
        loop.run(() -> {
            createTask(() -> trail.add(rendezvous.receiver().receive()));
            yieldNow();
            select(s -> s.onSend(rendezvous.sender(), "item", () -> trail.add("sent"))
                    .onTimeout(Duration.ZERO, () -> trail.add("nobody there")));
            yieldNow();
            assertEquals(List.of("sent", "item"), trail);
        });
    }

    // ---- waiting

    @Test
    void select_itemComesLater_isReceivedAndTheOthersLeaveNoTrace() {
        loop.run(() -> {
            Future<String> future = loop.createFuture();
            b.sender().send("full");
            Task<?> task = createTask(() -> select(s -> s.onReceive(a.receiver(), trail::add)
                    .onSend(b.sender(), "never sent", () -> trail.add("sent"))
                    .onDone(future, trail::add)
                    .onTimeout(seconds(10), () -> trail.add("timeout"))));
            yieldNow();
            assertEquals(1, a.receiver().waiters());
            assertEquals(1, b.sender().waiters());
            assertTrue(task.toString().contains("one of 4 clauses"), task.toString());

            a.sender().send("item");
            task.await();
            assertEquals(List.of("item"), trail);
            assertNoTrace(future);
            assertEquals("full", b.receiver().receive());
            assertEquals(Optional.empty(), b.receiver().tryReceive());
            assertEquals(0, loop.time());
        });
    }

    @Test
    void select_slotBecomesFree_sends() {
        loop.run(() -> {
            a.sender().send("first");
            Task<?> task = createTask(() -> select(
                    s -> s.onSend(a.sender(), "second", () -> trail.add("sent")).onReceive(b.receiver(), trail::add)));
            yieldNow();
            assertEquals("first", a.receiver().receive());
            task.await();
            assertEquals(List.of("sent"), trail);
            assertEquals("second", a.receiver().receive());
            assertEquals(0, b.receiver().waiters());
        });
    }

    @Test
    void select_futureCompletes_givesItsValueAndCancelsNothing() {
        loop.run(() -> {
            Future<String> first = loop.createFuture();
            Future<String> second = loop.createFuture();
            loop.callLater(seconds(1), () -> second.setResult("value"));
            select(s -> s.onDone(first, trail::add).onDone(second, trail::add));
            assertEquals(List.of("value"), trail);
            assertFalse(first.done());
            assertNoTrace(first);
        });
    }

    @Test
    void select_nothingInTime_timesOut() {
        loop.run(() -> {
            select(s -> s.onReceive(a.receiver(), trail::add).onTimeout(seconds(3), () -> trail.add(loop.time())));
            assertEquals(List.of(Duration.ofSeconds(3).toNanos()), trail);
            assertEquals(0, a.receiver().waiters());
            select(s -> s.onTimeout(null, () -> trail.add("never")).onTimeout(seconds(1), () -> trail.add("1 s")));
            assertEquals("1 s", trail.getLast());
        });
    }

    @Test
    void select_severalWokenInTheSameTick_firstWrittenHappensAndTheOtherItemStays() {
        loop.run(() -> {
            createTask(() -> select(s -> s.onReceive(a.receiver(), trail::add).onReceive(b.receiver(), trail::add)));
            Task<String> other = createTask(() -> b.receiver().receive());
            yieldNow();
            b.sender().send("from b"); // promised to the select, which comes first in line
            a.sender().send("from a");
            yieldNow();
            assertEquals(List.of("from a"), trail);
            assertEquals("from b", other.await()); // passed on
        });
    }

    @Test
    void select_sameChannelTwice_receivesOnce() {
        loop.run(() -> {
            var wide = Channel.<String>open(5);
            createTask(
                    () -> select(s -> s.onReceive(wide.receiver(), trail::add).onReceive(wide.receiver(), trail::add)));
            yieldNow();
            wide.sender().send("1");
            wide.sender().send("2");
            yieldNow();
            assertEquals(List.of("1"), trail);
            assertEquals("2", wide.receiver().receive());
        });
    }

    // ---- rendezvous: a receiver takes the item out of a waiting select

    @Test
    void select_itemTakenAtARendezvous_otherClausesAreWithdrawnAtThatMoment() {
        var x = Channel.<String>open(0);
        var y = Channel.<String>open(0);
        loop.run(() -> {
            Task<?> task = createTask(() -> select(s -> s.onSend(x.sender(), "to x", () -> trail.add("sent to x"))
                    .onSend(y.sender(), "to y", () -> trail.add("sent to y"))
                    .onReceive(a.receiver(), trail::add)));
            yieldNow();
            assertEquals("to y", y.receiver().receive());
            // The task has not gone on yet, but what it could have sent to x is no longer there.
            assertEquals(Optional.empty(), x.receiver().tryReceive());
            assertEquals(0, a.receiver().waiters());
            task.await();
            assertEquals(List.of("sent to y"), trail);
        });
    }

    @Test
    void select_cancelledAfterItsItemWasTaken_hasSentAndIsCancelledLater() {
        var x = Channel.<String>open(0);
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                select(s ->
                        s.onSend(x.sender(), "to x", () -> trail.add("sent")).onReceive(a.receiver(), trail::add));
                sleep(seconds(1));
                trail.add("never");
            });
            yieldNow();
            assertEquals("to x", x.receiver().receive());
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            assertEquals(List.of("sent"), trail);
        });
    }

    @Test
    void select_meetsAnotherSelectAtARendezvous() {
        var x = Channel.<String>open(0);
        loop.run(() -> {
            Task<?> receiving = createTask(
                    () -> select(s -> s.onReceive(x.receiver(), trail::add).onReceive(a.receiver(), trail::add)));
            yieldNow();
            Task<?> sending = createTask(() -> select(
                    s -> s.onSend(x.sender(), "item", () -> trail.add("sent")).onReceive(b.receiver(), trail::add)));
            receiving.await();
            sending.await();
            assertEquals(2, trail.size());
            assertTrue(trail.containsAll(List.of("item", "sent")), trail.toString());
            assertNoTrace(loop.createFuture());
        });
    }

    @Test
    void select_senderWithdrawsAfterItWasWoken_waitsOnInItsPlace() {
        var x = Channel.<String>open(0);
        loop.run(() -> {
            createTask(() -> select(s -> s.onReceive(x.receiver(), trail::add).onReceive(a.receiver(), trail::add)));
            yieldNow();
            Task<?> fickle = createTask(() -> x.sender().send("withdrawn"));
            yieldNow();
            fickle.cancel();
            yieldNow();
            yieldNow();
            assertEquals(List.of(), trail);
            assertEquals(1, x.receiver().waiters());
            x.sender().send("item");
            assertEquals(List.of("item"), trail);
            assertEquals(0, a.receiver().waiters());
        });
    }

    // ---- cancellation

    @Test
    void select_cancelled_nothingHappensAndNoTraceIsLeft() {
        var x = Channel.<String>open(0);
        loop.run(() -> {
            Future<String> future = loop.createFuture();
            Task<?> task = createTask(() -> select(s -> s.onReceive(a.receiver(), trail::add)
                    .onSend(x.sender(), "item", () -> trail.add("sent"))
                    .onDone(future, trail::add)
                    .onTimeout(seconds(10), () -> trail.add("timeout"))));
            yieldNow();
            task.cancel("stop");
            assertEquals(Optional.empty(), x.receiver().tryReceive()); // at that moment, not one tick later
            var e = assertThrows(CancelledError.class, task::await);
            assertEquals("stop", e.getMessage());
            assertEquals(List.of(), trail);
            assertNoTrace(future);
            assertFalse(future.cancelled());
            assertEquals(0, x.sender().waiters());
        });
    }

    @Test
    void select_wokenAndCancelled_itemAndSlotGoToTheNext() {
        loop.run(() -> {
            b.sender().send("full");
            Task<?> task = createTask(() -> select(s ->
                    s.onReceive(a.receiver(), trail::add).onSend(b.sender(), "never sent", () -> trail.add("sent"))));
            Task<String> nextReceiver = createTask(() -> a.receiver().receive());
            Task<?> nextSender = createTask(() -> b.sender().send("next"));
            yieldNow();
            a.sender().send("item");
            assertEquals("full", b.receiver().receive());
            task.cancel();
            assertEquals("item", nextReceiver.await());
            nextSender.await();
            assertEquals("next", b.receiver().receive());
            assertTrue(task.cancelled());
            assertEquals(List.of(), trail);
        });
    }

    @Test
    void select_timedOutFromOutside_losesNothing() throws Exception {
        loop.run(() -> {
            loop.callLater(seconds(1), () -> a.sender().trySend("item")); // just before the deadline
            assertThrows(
                    TimeoutException.class,
                    () -> waitFor(() -> select(s -> s.onReceive(a.receiver(), trail::add)), seconds(1)));
            assertEquals(List.of(), trail);
            assertEquals("item", a.receiver().receive());
        });
    }

    // ---- ends and failures

    @Test
    void select_channelEndsOrBreaks_thatIsWhatHappened() {
        loop.run(() -> {
            Task<?> ended = createTask(
                    () -> select(s -> s.onReceive(a.receiver(), trail::add).onReceive(b.receiver(), trail::add)));
            yieldNow();
            a.sender().close();
            assertThrows(EndOfChannelException.class, ended::await);
            assertEquals(0, b.receiver().waiters());
            assertThrows(EndOfChannelException.class, () -> select(s -> s.onReceive(a.receiver(), trail::add)));

            b.sender().send("full");
            Task<?> broken = createTask(() -> select(s -> s.onSend(b.sender(), "item", () -> trail.add("sent"))));
            yieldNow();
            b.receiver().close();
            assertThrows(BrokenResourceException.class, broken::await);
            assertEquals(List.of(), trail);
        });
    }

    @Test
    void select_futureFailsOrIsCancelled_throwsWhatItsAwaitWould() {
        loop.run(() -> {
            Future<String> failing = loop.createFuture();
            loop.callSoon(() -> failing.setException(new IOException("failed")));
            assertThrows(
                    IOException.class,
                    () -> select(s -> s.onReceive(a.receiver(), trail::add).onDone(failing, trail::add)));
            Future<String> cancelled = loop.createFuture();
            cancelled.cancel();
            assertThrows(CancelledError.class, () -> select(s -> s.onDone(cancelled, trail::add)));
            assertEquals(0, a.receiver().waiters());
            yieldNow(); // this task was not cancelled
        });
    }

    @Test
    void select_handler_runsInTheTaskAfterTheOthersHaveWithdrawn() {
        loop.run(() -> {
            Task<?> task = createTask(() -> select(s -> s.onReceive(a.receiver(), item -> {
                        sleep(seconds(1)); // it may wait
                        trail.add(b.receiver().waiters());
                        throw new IllegalArgumentException("handler");
                    })
                    .onReceive(b.receiver(), trail::add)));
            yieldNow();
            a.sender().send("item");
            assertThrows(IllegalArgumentException.class, task::await);
            assertEquals(List.of(0), trail);
        });
    }

    // ---- with a value

    @Test
    void call_clauses_giveTheValue() {
        loop.run(() -> {
            a.sender().send("item");
            String received = Select.call(
                    s -> s.onReceive(a.receiver(), item -> item + "!").onTimeout(seconds(1), () -> "timeout"));
            assertEquals("item!", received);
            String timedOut = Select.call(
                    s -> s.onReceive(a.receiver(), item -> item + "!").onTimeout(seconds(1), () -> "timeout"));
            assertEquals("timeout", timedOut);
            int sent = Select.call(s -> s.onSend(a.sender(), "another", () -> 1));
            assertEquals(1, sent);
            Future<Integer> future = loop.createFuture();
            future.setResult(20);
            int done = Select.<Integer>call(s -> s.onDone(future, value -> value + 1));
            assertEquals(21, done);
        });
    }

    @Test
    void select_overflowPolicies_neverWait() {
        var latest = Channel.<String>open(1, Channel.options().overflow(Overflow.DROP_LATEST));
        loop.run(() -> {
            for (int i = 0; i < 3; i++) {
                String item = "item " + i;
                select(s -> s.onSend(latest.sender(), item, () -> trail.add(item)));
            }
            assertEquals(List.of("item 0", "item 1", "item 2"), trail);
            assertEquals("item 0", latest.receiver().receive());
        });
    }

    // ---- wrong use

    @Test
    void select_wrongUse_isRefused() {
        var x = Channel.<String>open(0);
        assertThrows(IllegalStateException.class, () -> select(s -> s.onReceive(a.receiver(), trail::add)));
        loop.run(() -> {
            assertThrows(IllegalArgumentException.class, () -> select(s -> {}));
            var e = assertThrows(
                    IllegalArgumentException.class,
                    () -> select(s -> s.onReceive(x.receiver(), trail::add)
                            .onSend(x.sender(), "to itself", () -> trail.add("sent"))));
            assertTrue(e.getMessage().contains("itself"), e.getMessage());
            assertThrows(NullPointerException.class, () -> select(s -> s.onReceive(a.receiver(), null)));
            assertThrows(NullPointerException.class, () -> select(s -> s.onSend(a.sender(), null, () -> {})));
            assertEquals(0, x.receiver().waiters() + x.sender().waiters());
        });
        try (var other = new TestLoop()) {
            Future<String> elsewhere = other.createFuture();
            loop.run(() -> {
                var e = assertThrows(
                        IllegalStateException.class,
                        () -> select(s -> s.onReceive(a.receiver(), trail::add).onDone(elsewhere, trail::add)));
                assertTrue(e.getMessage().contains("belongs to another loop"), e.getMessage());
                assertEquals(0, a.receiver().waiters());
            });
        }
    }

    private void assertNoTrace(Future<?> future) {
        assertEquals(0, a.receiver().waiters() + a.sender().waiters());
        assertEquals(0, b.receiver().waiters() + b.sender().waiters());
        assertEquals(0, future.callbackCount());
        assertEquals(List.of(), future.waiters());
        assertEquals(0, ((EventLoop) loop).core().liveTimers());
    }
}
