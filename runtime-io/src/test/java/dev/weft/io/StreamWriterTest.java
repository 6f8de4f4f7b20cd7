package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Event;
import dev.weft.EventLoop;
import dev.weft.ExceptionContext;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** Streams over real connections. */
final class StreamWriterTest {
    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    /** A server whose handler the test supplies, and a connection to it. */
    @FunctionalInterface
    private interface Client {
        @Suspends
        void run(StreamReader reader, StreamWriter writer) throws Exception;
    }

    private static void connected(StreamHandler handler, Client client) throws Exception {
        Asyncio.run(() -> {
            Server server = Net.startServer(handler, "127.0.0.1", 0);
            try {
                Streams streams = Net.openConnection("127.0.0.1", server.port());
                client.run(streams.reader(), streams.writer());
                streams.writer().close();
            } finally {
                server.close();
                server.abortClients();
                server.waitClosed();
            }
        });
    }

    // Conformance 350: test_streams.py::StreamTests::test_open_connection
    @Test
    void openConnection_server_answerIsRead() throws Exception {
        connected(
                (reader, writer) -> {
                    assertEquals("GET / HTTP/1.0\r\n\r\n", text(reader.readUntil(bytes("\r\n\r\n"))));
                    writer.write(bytes("HTTP/1.0 200 OK\r\n\r\nTest message"));
                    writer.close();
                },
                (reader, writer) -> {
                    writer.write(bytes("GET / HTTP/1.0\r\n\r\n"));
                    assertEquals("HTTP/1.0 200 OK\r\n", text(reader.readLine()));
                    assertEquals("\r\nTest message", text(reader.readAll()));
                    writer.close();
                    writer.waitClosed();
                });
    }

    // Conformance 374: test_streams.py::StreamTests::test_drain_raises
    @Test
    void drain_connectionLost_throwsInsteadOfGoingRound() throws Exception {
        connected(
                (reader, writer) -> {
                    writer.transport().getExtraInfo(ExtraInfo.SOCKET).setOption(StandardSocketOptions.SO_LINGER, 0);
                    writer.transport().abort();
                },
                (reader, writer) -> assertThrows(SocketException.class, () -> {
                    while (true) {
                        writer.write(bytes("foo\n"));
                        writer.drain();
                        Asyncio.yieldNow(); // so that the server, on this very loop, gets its turn
                    }
                }));
    }

    @Test
    void drain_manyWaitingWhenTheConnectionBreaks_allThrow() throws Exception {
        var stalled = new Event();
        connected(
                (reader, writer) -> {
                    writer.transport().pauseReading();
                    stalled.await();
                    writer.transport().getExtraInfo(ExtraInfo.SOCKET).setOption(StandardSocketOptions.SO_LINGER, 0);
                    writer.transport().abort();
                },
                (reader, writer) -> {
                    fill(writer);
                    var waiting = new ArrayList<Task<Void>>();
                    for (int i = 0; i < 10; i++) {
                        waiting.add(Asyncio.createTask(() -> writer.drain()));
                    }
                    Asyncio.yieldNow();
                    assertTrue(waiting.stream().noneMatch(Task::done));
                    stalled.set();
                    for (Task<Void> task : waiting) {
                        assertThrows(SocketException.class, () -> task.await(IOException.class));
                    }
                });
    }

    /** Writes until more than the high water mark is buffered. */
    private static int fill(StreamWriter writer) {
        byte[] block = new byte[100_000];
        int total = 0;
        while (writer.transport().getWriteBufferSize()
                <= writer.transport().getWriteBufferLimits().high()) {
            writer.write(block);
            total += block.length;
        }
        return total;
    }

    @Test
    void drain_slowReader_waitsForTheLowWaterMarkWithAnyNumberOfTasks() throws Exception {
        var go = new Event();
        Asyncio.run(() -> {
            Future<Integer> received = Asyncio.createFuture();
            try (var serving = Net.startServer(
                                    (reader, writer) -> {
                                        go.await();
                                        received.setResult(reader.readAll().length);
                                        writer.close();
                                    },
                                    "127.0.0.1",
                                    0)
                            .serving();
                    var streams =
                            Net.openConnection("127.0.0.1", serving.server().port())) {
                StreamWriter writer = streams.writer();
                writer.drain(); // nothing buffered: returns at once
                int total = fill(writer);
                Task<Void> first = Asyncio.createTask(() -> writer.drain());
                Task<Void> second = Asyncio.createTask(() -> writer.drain());
                Task<Void> cancelled = Asyncio.createTask(() -> writer.drain());
                Asyncio.yieldNow();
                cancelled.cancel();
                assertThrows(CancelledError.class, cancelled::await);
                assertFalse(first.done());
                go.set();
                first.await();
                second.await();
                assertTrue(writer.transport().getWriteBufferSize()
                        <= writer.transport().getWriteBufferLimits().low());
                writer.writeEof();
                assertEquals(total, received.await());
            }
        });
    }

    // Conformance 375: test_streams.py::StreamTests::test_wait_closed_on_close
    @Test
    void waitClosed_afterClose_returns() throws Exception {
        connected(
                (reader, writer) -> {
                    writer.write(bytes("HTTP/1.0 200 OK\r\n\r\n"));
                    reader.readAll();
                    writer.close();
                },
                (reader, writer) -> {
                    assertEquals("HTTP/1.0 200 OK\r\n", text(reader.readLine()));
                    assertEquals("\r\n", text(reader.readLine()));
                    assertFalse(writer.isClosing());
                    writer.close();
                    assertTrue(writer.isClosing());
                    writer.close();
                    writer.waitClosed();
                    writer.waitClosed();
                });
    }

    // Conformance 376: test_streams.py::StreamTests::test_wait_closed_on_close_with_unread_data
    @Test
    void waitClosed_unreadData_returns() throws Exception {
        connected(
                (reader, writer) -> {
                    writer.write(bytes("HTTP/1.0 200 OK\r\n\r\nmore"));
                    reader.readAll();
                    writer.close();
                },
                (reader, writer) -> {
                    assertEquals("HTTP/1.0 200 OK\r\n", text(reader.readLine()));
                    writer.close();
                    writer.waitClosed();
                });
    }

    @Test
    void waitClosed_oneOfSeveralCancelled_leavesTheOthersAlone() throws Exception {
        connected((reader, writer) -> reader.readAll(), (reader, writer) -> {
            Task<Void> cancelled = Asyncio.createTask(() -> writer.waitClosed());
            Task<Void> other = Asyncio.createTask(() -> writer.waitClosed());
            Asyncio.yieldNow();
            cancelled.cancel();
            assertThrows(CancelledError.class, cancelled::await);
            writer.close();
            other.await();
        });
    }

    @Test
    void waitClosed_connectionBroken_throwsWhatItWasLostWith() throws Exception {
        connected(
                (reader, writer) -> {
                    writer.transport().getExtraInfo(ExtraInfo.SOCKET).setOption(StandardSocketOptions.SO_LINGER, 0);
                    writer.transport().abort();
                },
                (reader, writer) -> {
                    // A reset is never a clean end.
                    var failure = assertThrows(ConnectionResetException.class, () -> reader.read(1));
                    assertSame(failure, reader.exception());
                    assertSame(failure, assertThrows(ConnectionResetException.class, writer::waitClosed));
                    assertSame(failure, assertThrows(ConnectionResetException.class, writer::drain));
                    new Streams(reader, writer).close(); // what it wants is the case already
                });
    }

    // Conformance 377: test_streams.py::StreamTests::test_async_writer_api_exception_after_close
    @Test
    void drain_afterClose_throwsConnectionReset() throws Exception {
        connected((reader, writer) -> reader.readAll(), (reader, writer) -> {
            writer.close();
            writer.write(bytes("data"));
            assertThrows(ConnectionResetException.class, writer::drain);
        });
    }

    // Conformance 378: test_streams.py::StreamTests::test_eof_feed_when_closing_writer
    @Test
    void close_writer_readerSeesTheEnd() throws Exception {
        connected((reader, writer) -> reader.readAll(), (reader, writer) -> {
            writer.close();
            writer.waitClosed();
            assertEquals(0, reader.read(1).length);
            assertTrue(reader.atEof());
        });
    }

    // Conformance 379: test_streams.py::StreamTests::test_unhandled_cancel
    @Test
    void startServer_handlerCancelled_closesAndReportsNothing() throws Exception {
        var reports = new ArrayList<ExceptionContext>();
        connected(
                (reader, writer) -> {
                    Asyncio.getRunningLoop().setExceptionHandler((loop, context) -> reports.add(context));
                    throw new CancelledError("enough");
                },
                (reader, writer) -> assertEquals(0, reader.read(1).length));
        assertEquals(List.of(), reports);
    }

    // test_streams.py::StreamTests::test_unhandled_exceptions
    @Test
    void startServer_handlerFails_reportsAndCloses() throws Exception {
        var reports = new ArrayList<ExceptionContext>();
        var failure = new IOException("the handler's");
        connected(
                (reader, writer) -> {
                    Asyncio.getRunningLoop().setExceptionHandler((loop, context) -> reports.add(context));
                    throw failure;
                },
                (reader, writer) -> assertEquals(0, reader.read(1).length));
        assertEquals(1, reports.size());
        assertEquals("stream handler failed", reports.getFirst().message());
        assertSame(failure, reports.getFirst().exception());
        assertNotNull(reports.getFirst().get("transport"));
    }

    @Test
    void startServer_handlerReturns_connectionStaysOpenUntilTheWriterIsClosed() throws Exception {
        Asyncio.run(() -> {
            Future<StreamWriter> kept = Asyncio.createFuture();
            try (var serving = Net.startServer((reader, writer) -> kept.setResult(writer), "127.0.0.1", 0)
                            .serving();
                    var streams =
                            Net.openConnection("127.0.0.1", serving.server().port())) {
                StreamWriter writer = kept.await();
                Asyncio.yieldNow();
                writer.write(bytes("still here"));
                assertEquals("still here", text(streams.reader().read(100)));
                writer.close();
                assertEquals(0, streams.reader().read(100).length);
            }
        });
    }

    @Test
    void writeEof_halfClosed_readingGoesOn() throws Exception {
        connected(
                (reader, writer) -> {
                    byte[] all = reader.readAll();
                    writer.write(all);
                    writer.close();
                },
                (reader, writer) -> {
                    assertTrue(writer.canWriteEof());
                    byte[] data = new byte[1_000_000];
                    Arrays.fill(data, (byte) 'x');
                    writer.write(data);
                    writer.writeEof();
                    writer.writeEof();
                    assertThrows(IllegalStateException.class, () -> writer.write(bytes("more")));
                    assertThrows(IllegalStateException.class, () -> writer.writeLines(List.of(bytes("more"))));
                    assertArrayEquals(data, reader.readAll());
                });
    }

    @Test
    void write_bufferReusedAtOnce_sendsWhatItHeld() throws Exception {
        connected(
                (reader, writer) -> {
                    writer.write(reader.readAll());
                    writer.close();
                },
                (reader, writer) -> {
                    int total = fill(writer); // zeros, so that the rest is buffered
                    byte[] data = bytes("abc");
                    writer.write(data);
                    Arrays.fill(data, (byte) 'x');
                    writer.write(bytes("-defg-"), 1, 4);
                    ByteBuffer direct =
                            ByteBuffer.allocateDirect(3).put(bytes("hij")).flip();
                    writer.write(direct);
                    assertFalse(direct.hasRemaining());
                    direct.clear().put(bytes("xxx"));
                    writer.writeLines(List.of(bytes("k"), new byte[0], bytes("lm")));
                    writer.writeEof();
                    byte[] echoed = reader.readAll();
                    assertEquals(total + 13, echoed.length);
                    assertEquals("abcdefghijklm", text(Arrays.copyOfRange(echoed, total, echoed.length)));
                });
    }

    @Test
    void write_afterTheLoss_isDroppedWithAWarningFromTheFifthOn() throws Exception {
        try (var log = new LogCapture()) {
            connected((reader, writer) -> reader.readAll(), (reader, writer) -> {
                writer.close();
                writer.waitClosed();
                for (int i = 1; i <= 6; i++) {
                    writer.write(bytes("data"));
                    assertEquals(Math.max(0, i - 4), warnings(log), "after write " + i);
                }
            });
        }
    }

    private static long warnings(LogCapture log) {
        return log.messages(Level.WARN).stream()
                .filter(message -> message.contains("connection that is lost"))
                .count();
    }

    // Conformance 380: test_streams.py::StreamTests::test_unclosed_resource_warnings
    @Test
    void writer_unreachableWhileOpen_isWarnedAboutAndClosed() throws Exception {
        try (var log = new LogCapture()) {
            Asyncio.run(() -> {
                Future<Void> ended = Asyncio.createFuture();
                Server server = Net.startServer(
                        (reader, writer) -> {
                            reader.readAll();
                            ended.setResult(null);
                            writer.close();
                        },
                        "127.0.0.1",
                        0);
                int port = server.port();
                Asyncio.createTask(() -> {
                            Net.openConnection("127.0.0.1", port);
                        })
                        .await();
                while (!ended.done()) {
                    System.gc();
                    // Not a wait for some time to pass, but a turn for whatever the collector has found.
                    Asyncio.sleep(Asyncio.millis(10));
                }
                server.close();
                server.waitClosed();
            });
            assertTrue(log.only("unclosed writer").level() == Level.WARN);
        }
    }

    @Test
    void writer_unreachableWhileTheReaderIsHeld_staysOpenUntilThatIsGoneToo() throws Exception {
        try (var log = new LogCapture()) {
            Asyncio.run(() -> {
                var peers = new ArrayList<StreamWriter>();
                Future<Void> ended = Asyncio.createFuture();
                Server server = Net.startServer(
                        (reader, writer) -> {
                            peers.add(writer);
                            reader.readAll();
                            ended.setResult(null);
                            writer.close();
                        },
                        "127.0.0.1",
                        0);
                int port = server.port();
                var held = new StreamReader[1];
                Asyncio.createTask(() -> {
                            held[0] = Net.openConnection("127.0.0.1", port).reader();
                        })
                        .await();
                var canary = new java.lang.ref.WeakReference<>(new Object());
                while (canary.get() != null) {
                    System.gc();
                }
                Asyncio.sleep(Asyncio.millis(10)); // a turn for whatever the collector has found
                assertFalse(ended.done());
                peers.getFirst().write(bytes("read\n"));
                assertEquals("read\n", new String(held[0].readLine(), UTF_8));
                held[0] = null;
                while (!ended.done()) {
                    System.gc();
                    Asyncio.sleep(Asyncio.millis(10));
                }
                server.close();
                server.waitClosed();
            });
            assertTrue(log.only("unclosed writer").level() == Level.WARN);
        }
    }

    @Test
    void loopClosed_connectionOpen_isWarnedAboutAndClosed() throws Exception {
        try (var log = new LogCapture()) {
            var opened = new ArrayList<Object>();
            Asyncio.run(() -> {
                Server server = Net.startServer((reader, writer) -> reader.readAll(), "127.0.0.1", 0);
                opened.add(server);
                opened.add(Net.openConnection("127.0.0.1", server.port()));
            });
            assertTrue(
                    log.messages(Level.WARN).stream().anyMatch(m -> m.startsWith("unclosed listening")), log::toString);
            assertTrue(
                    log.messages(Level.WARN).stream().anyMatch(m -> m.startsWith("unclosed Transport")), log::toString);
            var streams = (Streams) opened.getLast();
            assertTrue(streams.writer().isClosing());
            assertNull(streams.writer().getExtraInfo(ExtraInfo.SOCKET).localAddress());
        }
    }

    @Test
    void getExtraInfo_connection_knowsItsAddresses() throws Exception {
        connected((reader, writer) -> reader.readAll(), (reader, writer) -> {
            TransportChannel socket = writer.getExtraInfo(ExtraInfo.SOCKET);
            assertEquals(socket.localAddress(), writer.getExtraInfo(ExtraInfo.SOCKET_NAME));
            assertEquals(socket.remoteAddress(), writer.getExtraInfo("peername"));
            assertTrue(socket.getOption(StandardSocketOptions.TCP_NODELAY));
            assertEquals("fallback", writer.getExtraInfo("nothing", "fallback"));
        });
    }

    @Test
    void foreignThread_writing_isRefused() throws Exception {
        connected((reader, writer) -> reader.readAll(), (reader, writer) -> {
            EventLoop loop = Asyncio.getRunningLoop();
            Future<Throwable> refused = loop.createFuture();
            loop.runInExecutor(null, () -> {
                        Throwable failure = assertThrows(IllegalStateException.class, () -> writer.write(bytes("x")));
                        loop.callSoonThreadsafe(() -> refused.setResult(failure));
                    })
                    .await();
            assertTrue(refused.await().getMessage().contains("callSoonThreadsafe"));
        });
    }

    @Test
    void tryWithStreams_connectionBreaksInTheBlock_throwsWhatTheBlockDid() throws Exception {
        Asyncio.run(() -> {
            StreamHandler untilTheEnd = (reader, writer) -> {
                reader.readAll();
                writer.close();
            };
            try (var serving = Net.startServer(untilTheEnd, "127.0.0.1", 0).serving()) {
                var broken = new IOException("broken");
                var failure = assertThrows(IOException.class, () -> {
                    try (var streams =
                            Net.openConnection("127.0.0.1", serving.server().port())) {
                        var protocol = (StreamReaderProtocol)
                                streams.writer().transport().getProtocol();
                        streams.writer().transport().abort();
                        protocol.connectionLost(broken);
                        streams.reader().read(1);
                    }
                });
                assertSame(broken, failure);
                assertSame(broken, failure.getSuppressed()[0].getCause());
            }
        });
    }
}
