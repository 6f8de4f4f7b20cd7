package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A task that waits in the place of an owner's reader. */
final class ClaimWaitTest {
    private final List<String> trail = new ArrayList<>();

    @FunctionalInterface
    private interface Program {
        @Suspends
        void run(EventLoop loop, ChannelClaim claim, Pipe pipe) throws Exception;
    }

    private void claimed(Program program) throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            Pipe pipe = Pipe.open();
            try (var source = pipe.source()) {
                source.configureBlocking(false);
                try (var claim = loop.claimChannel(source, this)) {
                    program.run(loop, claim, pipe);
                }
            } finally {
                pipe.sink().close();
            }
        });
    }

    private void read(Pipe pipe, String who) throws IOException {
        var buffer = ByteBuffer.allocate(10);
        trail.add(who + " " + pipe.source().read(buffer));
    }

    private static void write(Pipe pipe) throws IOException {
        pipe.sink().write(ByteBuffer.wrap(new byte[1]));
    }

    @Test
    void awaitReadable_channelReadable_resumesTheTaskInPlaceOfTheReader() throws Exception {
        claimed((loop, claim, pipe) -> {
            claim.addReader(() -> read(pipe, "reader"));
            Task<Boolean> waiting = loop.createTask(() -> {
                boolean readable = claim.awaitReadable();
                read(pipe, "task");
                return readable;
            });
            Asyncio.yieldNow();
            write(pipe);
            assertTrue(waiting.await());
            write(pipe);
            while (trail.size() < 2) {
                Asyncio.yieldNow();
            }
            assertEquals(List.of("task 1", "reader 1"), trail);
        });
    }

    @Test
    void awaitReadable_channelReadable_taskGoesOnInTheIterationThatFindsItSo() throws Exception {
        claimed((loop, claim, pipe) -> {
            claim.addReader(() -> read(pipe, "reader"));
            Task<Boolean> waiting = loop.createTask(() -> {
                boolean readable = claim.awaitReadable();
                trail.add("task");
                return readable;
            });
            Asyncio.yieldNow();
            loop.callSoon(() -> {
                write(pipe);
                loop.callSoon(() -> {
                    trail.add("next iteration"); // queued before the poll that finds the channel
                    loop.callSoon(() -> trail.add("the one after"));
                });
            });
            while (trail.size() < 3) {
                Asyncio.yieldNow();
            }
            assertEquals(List.of("next iteration", "task", "the one after"), trail.subList(0, 3));
            assertTrue(waiting.await());
        });
    }

    @Test
    void awaitReadable_noReader_isFalseAtOnce() throws Exception {
        claimed((loop, claim, pipe) -> {
            assertFalse(claim.awaitReadable());
            claim.endWait();
            claim.addReader(() -> {});
            claim.removeReader();
            assertFalse(claim.awaitReadable());
        });
    }

    @Test
    void awaitReadable_cancelled_givesTheReaderItsPlaceBack() throws Exception {
        claimed((loop, claim, pipe) -> {
            claim.addReader(() -> read(pipe, "reader"));
            Task<Boolean> waiting = loop.createTask(claim::awaitReadable);
            Asyncio.yieldNow();
            waiting.cancel();
            assertThrows(CancelledError.class, waiting::await);
            write(pipe);
            while (trail.isEmpty()) {
                Asyncio.yieldNow();
            }
            assertEquals(List.of("reader 1"), trail);
        });
    }

    @Test
    void awaitReadable_cancelledInTheIterationThatFindsItReadable_losesNothing() throws Exception {
        claimed((loop, claim, pipe) -> {
            claim.addReader(() -> read(pipe, "reader"));
            Task<Boolean> waiting = loop.createTask(claim::awaitReadable);
            Asyncio.yieldNow();
            loop.callSoon(() -> {
                write(pipe);
                loop.callSoon(waiting::cancel); // comes before what the next poll finds
            });
            assertThrows(CancelledError.class, waiting::await);
            while (trail.isEmpty()) {
                Asyncio.yieldNow();
            }
            assertEquals(List.of("reader 1"), trail);
        });
    }

    @Test
    void awaitReadable_endedRemovedReplacedOrGivenUp_isFalse() throws Exception {
        claimed((loop, claim, pipe) -> {
            List<Action> ends = List.of(
                    claim::endWait,
                    claim::removeReader,
                    () -> claim.addReader(() -> read(pipe, "other")),
                    claim::close);
            for (Action end : ends) {
                claim.addReader(() -> read(pipe, "reader"));
                Task<Boolean> waiting = loop.createTask(claim::awaitReadable);
                Asyncio.yieldNow();
                end.run();
                assertFalse(waiting.done());
                assertFalse(waiting.await());
            }
            write(pipe);
            loop.awaitReadable(pipe.source()); // nobody's any more
            assertEquals(List.of(), trail);
        });
    }

    @Test
    void awaitReadable_replacedReader_isTheNewOneAfterwards() throws Exception {
        claimed((loop, claim, pipe) -> {
            claim.addReader(() -> read(pipe, "old"));
            Task<Boolean> waiting = loop.createTask(claim::awaitReadable);
            Asyncio.yieldNow();
            claim.addReader(() -> read(pipe, "new"));
            assertFalse(waiting.await());
            write(pipe);
            while (trail.isEmpty()) {
                Asyncio.yieldNow();
            }
            assertEquals(List.of("new 1"), trail);
        });
    }

    @Test
    void awaitReadable_secondTaskOrNoTaskOrNoClaim_throws() throws Exception {
        claimed((loop, claim, pipe) -> {
            claim.addReader(() -> {});
            Task<Boolean> waiting = loop.createTask(claim::awaitReadable);
            Asyncio.yieldNow();
            assertThrows(IllegalStateException.class, claim::awaitReadable);
            claim.endWait();
            waiting.await();
            Future<Throwable> refused = loop.createFuture();
            loop.callSoon(() -> refused.setResult(assertThrows(IllegalStateException.class, claim::awaitReadable)));
            refused.await();
            claim.close();
            assertThrows(IllegalStateException.class, claim::awaitReadable);
            claim.endWait();
        });
    }

    @Test
    void awaitReadable_againAndAgain_endsEachTimeAsTheFirst() throws Exception {
        claimed((loop, claim, pipe) -> {
            claim.addReader(() -> read(pipe, "reader"));
            for (int i = 0; i < 3; i++) {
                Task<Boolean> waiting = loop.createTask(() -> {
                    boolean readable = claim.awaitReadable();
                    read(pipe, "task");
                    return readable;
                });
                Asyncio.yieldNow();
                write(pipe);
                assertTrue(waiting.await());
                Task<Boolean> cancelled = loop.createTask(claim::awaitReadable);
                Asyncio.yieldNow();
                cancelled.cancel();
                assertThrows(CancelledError.class, cancelled::await);
                Task<Boolean> ended = loop.createTask(claim::awaitReadable);
                Asyncio.yieldNow();
                claim.endWait();
                assertFalse(ended.await());
            }
            assertEquals(List.of("task 1", "task 1", "task 1"), trail);
        });
    }
}
