package dev.weft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Callbacks at channels that become ready. */
final class ReaderWriterTest {
    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static String read(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        channel.read(buffer);
        return UTF_8.decode(buffer.flip()).toString();
    }

    // Conformance 306: test_events.py::EventLoopTestsMixin::test_reader_callback
    @Test
    void addReader_readableChannel_callsUntilRemoved() throws IOException {
        try (var pair = Loopback.open()) {
            var trail = new ArrayList<String>();
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                Future<String> second = loop.createFuture();
                loop.addReader(pair.near, () -> {
                    trail.add(read(pair.near));
                    if (trail.size() == 2) {
                        assertTrue(loop.removeReader(pair.near));
                        second.setResult("second");
                    } else {
                        pair.far.write(bytes("def"));
                    }
                });
                pair.far.write(bytes("abc"));
                second.await();
                pair.far.write(bytes("ghi"));
                loop.awaitReadable(pair.near); // readable again, but nobody is called
            });
            assertEquals(List.of("abc", "def"), trail);
        }
    }

    @Test
    void addReader_nobodyReads_callsInEachIteration() throws IOException {
        try (var pair = Loopback.open()) {
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                Future<String> thrice = loop.createFuture();
                int[] calls = {0};
                loop.addReader(pair.near, () -> {
                    if (++calls[0] == 3) {
                        loop.removeReader(pair.near);
                        thrice.setResult("third call");
                    }
                });
                pair.far.write(bytes("abc"));
                assertEquals("third call", thrice.await());
            });
        }
    }

    @Test
    void addReader_listener_callsWhenThereIsAConnection() throws IOException {
        try (var listener = Loopback.listener(true)) {
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                Future<SocketChannel> accepted = loop.createFuture();
                loop.addReader(listener, () -> {
                    loop.removeReader(listener);
                    accepted.setResult(listener.accept());
                });
                try (var client = SocketChannel.open(listener.getLocalAddress());
                        var server = accepted.await()) {
                    assertEquals(client.getLocalAddress(), server.getRemoteAddress());
                }
            });
        }
    }

    // Conformance 307: test_events.py::EventLoopTestsMixin::test_writer_callback
    @Test
    void addWriter_writableChannel_callsUntilRemoved() throws IOException {
        try (var pair = Loopback.open()) {
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                Future<Integer> removed = loop.createFuture();
                ByteBuffer block = ByteBuffer.allocate(1024);
                int[] calls = {0};
                loop.addWriter(pair.near, () -> {
                    assertEquals(block.capacity(), pair.near.write(block.clear()));
                    if (++calls[0] == 5) {
                        assertTrue(loop.removeWriter(pair.near));
                        assertFalse(loop.removeWriter(pair.near));
                        removed.setResult(5 * block.capacity());
                    }
                });
                int total = removed.await();
                loop.awaitWritable(pair.near); // writable still, but nobody is called
                pair.near.shutdownOutput();
                int received = 0;
                for (byte[] data = loop.sockRecv(pair.far, 65536);
                        data.length > 0;
                        data = loop.sockRecv(pair.far, 65536)) {
                    received += data.length;
                }
                assertEquals(total, received);
            });
        }
    }

    // Conformance 308: test_selector_events.py::BaseSelectorEventLoopTests::test_add_reader_existing
    @Test
    void addReader_second_replacesAndCancelsTheFirst() throws IOException {
        try (var pair = Loopback.open()) {
            var trail = new ArrayList<String>();
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                Future<String> called = loop.createFuture();
                loop.addReader(pair.near, () -> trail.add("first"));
                pair.far.write(bytes("abc"));
                loop.callSoon(() -> loop.addReader(pair.near, () -> {
                    trail.add("second");
                    loop.removeReader(pair.near);
                    called.setResult("");
                }));
                called.await();
            });
            assertEquals(List.of("second"), trail);
        }
    }

    @Test
    void removeReader_callQueuedInThisIteration_doesNotHappen() throws IOException {
        try (var one = Loopback.open();
                var two = Loopback.open()) {
            var trail = new ArrayList<String>();
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                // Both are ready in the same poll; whoever is called first takes the other's call back.
                loop.addReader(one.near, () -> {
                    trail.add("called");
                    assertTrue(loop.removeReader(one.near));
                    loop.removeReader(two.near);
                });
                loop.addReader(two.near, () -> {
                    trail.add("called");
                    assertTrue(loop.removeReader(two.near));
                    loop.removeReader(one.near);
                });
                one.far.write(bytes("x"));
                two.far.write(bytes("x"));
                while (trail.isEmpty()) {
                    Asyncio.yieldNow();
                }
                Asyncio.yieldNow();
            });
            assertEquals(List.of("called"), trail);
        }
    }

    @Test
    void removeReader_channelWithAWriter_leavesTheWriterAlone() throws IOException {
        try (var pair = Loopback.open()) {
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                Future<String> called = loop.createFuture();
                loop.addReader(pair.near, () -> {});
                loop.addWriter(pair.near, () -> {
                    loop.removeWriter(pair.near);
                    called.setResult("");
                });
                assertTrue(loop.removeReader(pair.near));
                assertEquals("", called.await());
            });
        }
    }

    // Conformance 309: test_selector_events.py::BaseSelectorEventLoopTests::test_remove_reader_unknown
    @Test
    void removeReader_unknownChannel_isFalse() throws IOException {
        try (var pair = Loopback.open();
                var loop = EventLoop.create()) {
            assertFalse(loop.removeReader(pair.near));
            assertFalse(loop.removeWriter(pair.near));
        }
    }

    // Conformance 310: test_events.py::EventLoopTestsMixin::test_remove_fds_after_closing
    @Test
    void removeReader_closedLoop_isFalse() throws IOException {
        try (var pair = Loopback.open()) {
            var loop = EventLoop.create();
            loop.addReader(pair.near, () -> {});
            loop.addWriter(pair.near, () -> {});
            loop.close();
            assertFalse(loop.removeReader(pair.near));
            assertFalse(loop.removeWriter(pair.near));
        }
    }

    // Conformance 311: test_events.py::EventLoopTestsMixin::test_add_fds_after_closing
    @Test
    void addReader_closedLoop_throws() throws IOException {
        try (var pair = Loopback.open()) {
            var loop = EventLoop.create();
            loop.close();
            var read = assertThrows(IllegalStateException.class, () -> loop.addReader(pair.near, () -> {}));
            assertTrue(read.getMessage().contains("closed"), read.getMessage());
            assertThrows(IllegalStateException.class, () -> loop.addWriter(pair.near, () -> {}));
        }
    }

    @Test
    void addReader_blockingChannel_throws() throws IOException {
        try (var pair = Loopback.open();
                var loop = EventLoop.create()) {
            pair.near.configureBlocking(true);
            assertThrows(IllegalBlockingModeException.class, () -> loop.addReader(pair.near, () -> {}));
        }
    }

    @Test
    void addReader_closedChannel_throws() throws IOException {
        try (var pair = Loopback.open();
                var loop = EventLoop.create()) {
            pair.near.close();
            var failure = assertThrows(IllegalStateException.class, () -> loop.addReader(pair.near, () -> {}));
            assertTrue(failure.getMessage().contains("closed"), failure.getMessage());
        }
    }

    @Test
    void addWriter_listener_throws() throws IOException {
        try (var listener = Loopback.listener(true);
                var loop = EventLoop.create()) {
            assertThrows(IllegalArgumentException.class, () -> loop.addWriter(listener, () -> {}));
        }
    }

    @Test
    void addReader_taskWaitingInSockRecv_throwsAndLeavesTheTaskAlone() throws IOException {
        try (var pair = Loopback.open()) {
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                Task<byte[]> receiver = loop.createTask(() -> loop.sockRecv(pair.near, 10));
                Asyncio.yieldNow();
                assertThrows(IllegalStateException.class, () -> loop.addReader(pair.near, () -> {}));
                assertFalse(loop.removeReader(pair.near));
                pair.far.write(bytes("abc"));
                assertEquals("abc", new String(receiver.await(), UTF_8));
            });
        }
    }

    @Test
    void claimChannel_claimed_isRefusedToOthersUntilReleased() throws IOException {
        try (var pair = Loopback.open()) {
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                Future<String> called = loop.createFuture();
                ChannelClaim claim = loop.claimChannel(pair.near, "a transport of the test");
                List<org.junit.jupiter.api.function.Executable> refused = List.of(
                        () -> loop.addReader(pair.near, () -> {}),
                        () -> loop.removeReader(pair.near),
                        () -> loop.addWriter(pair.near, () -> {}),
                        () -> loop.removeWriter(pair.near),
                        () -> loop.sockRecv(pair.near, 1),
                        () -> loop.sockSendAll(pair.near, new byte[1]),
                        () -> loop.awaitReadable(pair.near),
                        () -> loop.claimChannel(pair.near, "another"));
                for (var call : refused) {
                    var failure = assertThrows(IllegalStateException.class, call);
                    assertTrue(failure.getMessage().contains("owned by a transport: a transport of the test"));
                }
                claim.addReader(() -> called.setResult(read(pair.near)));
                pair.far.write(bytes("abc"));
                assertEquals("abc", called.await());
                claim.close();
                claim.close();
                assertThrows(IllegalStateException.class, () -> claim.addReader(() -> {}));
                loop.addReader(pair.near, () -> {});
                assertTrue(loop.removeReader(pair.near));
            });
        }
    }

    @Test
    void claimChannel_released_removesWhatWasRegistered() throws IOException {
        try (var pair = Loopback.open()) {
            var trail = new ArrayList<String>();
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                ChannelClaim claim = loop.claimChannel(pair.near, this);
                claim.addReader(() -> trail.add("read"));
                claim.addWriter(() -> trail.add("write"));
                pair.far.write(bytes("abc"));
                claim.close();
                loop.awaitReadable(pair.near);
                loop.awaitWritable(pair.near);
            });
            assertEquals(List.of(), trail);
        }
    }

    @Test
    void attachment_twice_isTheSameAndClosedWithTheLoop() {
        var closed = new ArrayList<String>();
        final class Attached implements AutoCloseable {
            @Override
            public void close() {
                closed.add("closed");
            }
        }
        var loop = EventLoop.create();
        Attached first = loop.attachment(Attached.class, ignored -> new Attached());
        assertEquals(first, loop.attachment(Attached.class, ignored -> new Attached()));
        assertEquals(List.of(), closed);
        loop.close();
        assertEquals(List.of("closed"), closed);
    }
}
