package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Future;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.event.Level;

/** Children as protocols see them. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the children are Unix programs")
@Timeout(60)
final class SubprocessProtocolTest {
    private static class Recorder implements SubprocessProtocol {
        final List<String> trail = new ArrayList<>();
        final ByteArrayOutputStream[] written = {null, new ByteArrayOutputStream(), new ByteArrayOutputStream()};
        final Future<@Nullable Exception> lost = Asyncio.createFuture();

        @Nullable
        SubprocessTransport transport;

        @Override
        public void connectionMade(BaseTransport made) {
            transport = (SubprocessTransport) made;
            trail.add("made");
        }

        @Override
        public void pipeDataReceived(int fd, byte[] data) {
            assertTrue(data.length > 0);
            written[fd].writeBytes(data);
            String entry = "data " + fd;
            if (!trail.contains(entry)) {
                trail.add(entry);
            }
        }

        @Override
        public void pipeConnectionLost(int fd, @Nullable Exception exception) {
            trail.add("pipe lost " + fd
                    + (exception == null ? "" : " " + exception.getClass().getSimpleName()));
        }

        @Override
        public void processExited() {
            trail.add("exited " + transport.getReturnCode().getAsInt());
        }

        @Override
        public void connectionLost(@Nullable Exception exception) {
            trail.add("lost");
            lost.setResult(exception);
        }

        void assertBefore(String one, String other) {
            assertTrue(
                    trail.contains(one) && trail.indexOf(one) < trail.indexOf(other),
                    one + " before " + other + ": " + trail);
        }
    }

    @Test
    void shellProtocol_child_isToldInOrder() throws IOException {
        Asyncio.run(() -> {
            var endpoint =
                    Subprocess.shellProtocol(Recorder::new, ProcessOptions.DEFAULT, "cat; echo errors >&2; exit 3");
            var protocol = endpoint.protocol();
            var transport = endpoint.transport();
            assertEquals(List.of("made"), protocol.trail);
            assertSame(transport, protocol.transport);
            assertSame(protocol, transport.getProtocol());
            var stdin = assertInstanceOf(WriteTransport.class, transport.getPipeTransport(0));
            assertInstanceOf(ReadTransport.class, transport.getPipeTransport(1));
            assertInstanceOf(ReadTransport.class, transport.getPipeTransport(2));
            assertNull(transport.getPipeTransport(3));
            assertNull(transport.getPipeTransport(-1));
            stdin.write("text".getBytes(UTF_8));
            stdin.close();
            assertNull(protocol.lost.await());
            assertEquals("text", protocol.written[1].toString(UTF_8));
            assertEquals("errors\n", protocol.written[2].toString(UTF_8));
            assertEquals(8, protocol.trail.size(), protocol.trail.toString());
            protocol.assertBefore("data 1", "pipe lost 1");
            protocol.assertBefore("data 2", "pipe lost 2");
            protocol.assertBefore("pipe lost 0", "lost");
            protocol.assertBefore("exited 3", "lost");
            assertEquals("made", protocol.trail.getFirst());
            assertEquals("lost", protocol.trail.getLast());
            assertEquals(OptionalInt.of(3), transport.getReturnCode());
            assertTrue(transport.isClosing());
        });
    }

    @Test
    void execProtocol_streamsOfWhichSomethingWasSaid_areNoPipes() throws IOException {
        Asyncio.run(() -> {
            var options = ProcessOptions.DEFAULT
                    .stdin(Redirect.DISCARD)
                    .stdout(Redirect.DISCARD)
                    .stderr(Redirect.STDOUT);
            var endpoint = Subprocess.execProtocol(Recorder::new, options, List.of("true"));
            assertNull(endpoint.transport().getPipeTransport(0));
            assertNull(endpoint.transport().getPipeTransport(1));
            assertNull(endpoint.transport().getPipeTransport(2));
            assertNull(endpoint.protocol().lost.await());
            assertEquals(List.of("made", "exited 0", "lost"), endpoint.protocol().trail);
        });
    }

    @Test
    void stdin_childDies_isLostWithBrokenPipeIfSomethingWasLeft() throws IOException {
        Asyncio.run(() -> {
            var endpoint = Subprocess.execProtocol(Recorder::new, ProcessOptions.DEFAULT, List.of("sleep", "60"));
            var stdin =
                    assertInstanceOf(WriteTransport.class, endpoint.transport().getPipeTransport(0));
            stdin.write(new byte[1_000_000]);
            endpoint.transport().kill();
            assertNull(endpoint.protocol().lost.await());
            assertTrue(
                    endpoint.protocol().trail.contains("pipe lost 0 BrokenPipeException"),
                    endpoint.protocol().trail.toString());

            var other = Subprocess.execProtocol(Recorder::new, ProcessOptions.DEFAULT, List.of("sleep", "60"));
            other.transport().kill();
            assertNull(other.protocol().lost.await());
            assertTrue(
                    other.protocol().trail.contains("pipe lost 0"),
                    other.protocol().trail.toString());
        });
    }

    @Test
    void close_runningChild_killsItAndClosesThePipes() throws IOException {
        Asyncio.run(() -> {
            var endpoint = Subprocess.execProtocol(Recorder::new, ProcessOptions.DEFAULT, List.of("sleep", "60"));
            assertFalse(endpoint.transport().isClosing());
            endpoint.transport().close();
            endpoint.transport().close();
            assertTrue(endpoint.transport().isClosing());
            assertNull(endpoint.protocol().lost.await());
            assertEquals(OptionalInt.of(128 + 9), endpoint.transport().getReturnCode());
            assertEquals(
                    List.of("made", "pipe lost 0", "pipe lost 1", "pipe lost 2", "exited 137", "lost"),
                    endpoint.protocol().trail);
            endpoint.transport().close();
        });
    }

    @Test
    void callbacks_thatThrow_areReportedAndChangeNothing() throws IOException {
        Asyncio.run(() -> {
            var reported = new ArrayList<String>();
            Asyncio.getRunningLoop().setExceptionHandler((loop, context) -> reported.add(context.message()));
            var endpoint = Subprocess.shellProtocol(
                    () -> new Recorder() {
                        @Override
                        public void pipeDataReceived(int fd, byte[] data) {
                            super.pipeDataReceived(fd, data);
                            throw new IllegalStateException("data");
                        }

                        @Override
                        public void processExited() {
                            super.processExited();
                            throw new IllegalStateException("exited");
                        }
                    },
                    ProcessOptions.DEFAULT,
                    "echo text");
            assertNull(endpoint.protocol().lost.await());
            assertEquals("text\n", endpoint.protocol().written[1].toString(UTF_8));
            reported.sort(null);
            assertEquals(
                    List.of("protocol callback failed: pipeDataReceived", "protocol callback failed: processExited"),
                    reported);
        });
    }

    @Test
    void connectionMade_throws_childIsKilled() throws IOException {
        Asyncio.run(() -> {
            Asyncio.getRunningLoop().setExceptionHandler((loop, context) -> {});
            var endpoint = Subprocess.execProtocol(
                    () -> new Recorder() {
                        @Override
                        public void connectionMade(BaseTransport made) {
                            super.connectionMade(made);
                            throw new IllegalStateException("no");
                        }
                    },
                    ProcessOptions.DEFAULT,
                    List.of("sleep", "60"));
            assertNull(endpoint.protocol().lost.await());
            assertEquals(OptionalInt.of(128 + 9), endpoint.transport().getReturnCode());
        });
    }

    @Test
    void setProtocol_anotherOne_isToldFromThenOn() throws IOException {
        Asyncio.run(() -> {
            var endpoint = Subprocess.execProtocol(Recorder::new, ProcessOptions.DEFAULT, List.of("cat"));
            var second = new Recorder();
            second.transport = endpoint.transport();
            endpoint.transport().setProtocol(second);
            assertThrows(
                    IllegalArgumentException.class, () -> endpoint.transport().setProtocol(new BaseProtocol() {}));
            ((WriteTransport) endpoint.transport().getPipeTransport(0)).close();
            assertNull(second.lost.await());
            assertEquals(List.of("made"), endpoint.protocol().trail);
            assertEquals("lost", second.trail.getLast());
        });
    }

    @Test
    void closeLoop_childRuns_killsItAndWarns() throws IOException {
        ProcessHandle[] child = new ProcessHandle[1];
        try (var log = new LogCapture()) {
            try (var loop = EventLoop.create()) {
                loop.runUntilComplete(() -> {
                    var endpoint =
                            Subprocess.execProtocol(Recorder::new, ProcessOptions.DEFAULT, List.of("sleep", "60"));
                    child[0] = endpoint.transport().getExtraInfo(ExtraInfo.SUBPROCESS);
                });
            }
            assertEquals(1, log.messages(Level.WARN).size(), log.toString());
            assertTrue(log.messages(Level.WARN).getFirst().contains("SubprocessTransport"), log.toString());
        }
        child[0].onExit().join();
        assertFalse(child[0].isAlive());
    }
}
