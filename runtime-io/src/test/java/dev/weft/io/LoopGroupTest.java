package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import java.io.IOException;
import java.net.BindException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link LoopGroup}: one port, several loops; both ways of spreading connections. */
final class LoopGroupTest {
    private static final String HOST = "127.0.0.1";

    @AfterEach
    void noThreadIsLeft() {
        var left = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("weft-group-"))
                .toList();
        assertEquals(List.of(), left);
    }

    /** Answers each line with the name of its loop. */
    private static StreamHandler named(Set<EventLoop> loops) {
        EventLoop loop = Asyncio.getRunningLoop();
        assertTrue(loops.add(loop)); // once for each loop
        return (reader, writer) -> {
            assertEquals(loop, Asyncio.getRunningLoop());
            try (writer) {
                for (byte[] line = reader.readLine(); line.length > 0; line = reader.readLine()) {
                    writer.write((loop.name() + "\n").getBytes(UTF_8));
                }
            }
        };
    }

    private static Socket connect(int port) throws IOException {
        var socket = new Socket(java.net.InetAddress.ofLiteral(HOST), port);
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static String ask(Socket socket) throws IOException {
        socket.getOutputStream().write('\n');
        var name = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next != '\n';
                next = socket.getInputStream().read()) {
            if (next < 0) {
                return "end";
            }
            name.append((char) next);
        }
        return name.toString();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void startServer_manyConnections_spreadOverAllLoops(boolean handOff) throws IOException {
        Set<EventLoop> loops = ConcurrentHashMap.newKeySet();
        try (var group = LoopGroup.start(3, ServerOptions.DEFAULT, handOff)) {
            int port = group.startServer(() -> named(loops), HOST, 0);
            assertEquals(Set.copyOf(group.loops()), loops);
            var sockets = new ArrayList<Socket>();
            var names = new HashSet<String>();
            // 60 connections that the system spreads at random miss one of three loops once in 10^10 runs.
            for (int i = 0; i < 60; i++) {
                Socket socket = connect(port);
                sockets.add(socket);
                String name = ask(socket);
                names.add(name);
                assertEquals(name, ask(socket));
            }
            assertEquals(Set.of("weft-group-0", "weft-group-1", "weft-group-2"), names);
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void close_withGrace_letsConnectionsEndAndTakesNoNewOnes(boolean handOff) throws Exception {
        var group = LoopGroup.start(2, ServerOptions.DEFAULT, handOff);
        Set<EventLoop> loops = ConcurrentHashMap.newKeySet();
        int port = group.startServer(() -> named(loops), HOST, 0);
        Socket open = connect(port);
        String name = ask(open);
        var closing = Thread.ofPlatform().start(() -> group.close(Duration.ofMinutes(1)));
        assertThrows(IOException.class, () -> {
            for (int i = 0; i < 10_000; i++) {
                try (var late = connect(port)) {
                    if (ask(late).equals("end")) {
                        throw new IOException("not served");
                    }
                }
            }
        });
        assertEquals(name, ask(open)); // still served
        assertFalse(group.ended().isDone());
        open.close();
        closing.join();
        assertTrue(group.ended().isDone());
        group.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void close_openConnections_areAborted(boolean handOff) throws IOException {
        var group = LoopGroup.start(2, ServerOptions.DEFAULT, handOff);
        Set<EventLoop> loops = ConcurrentHashMap.newKeySet();
        int port = group.startServer(() -> named(loops), HOST, 0);
        var sockets = new ArrayList<Socket>();
        for (int i = 0; i < 10; i++) {
            sockets.add(connect(port));
            ask(sockets.getLast());
        }
        group.close();
        for (Socket socket : sockets) {
            try (socket) {
                assertEquals("end", ask(socket));
            } catch (IOException reset) {
                assertFalse(group.loops().isEmpty());
            }
        }
        assertThrows(IllegalStateException.class, () -> group.startServer(() -> named(loops), HOST, 0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void maxConnections_reached_leavesOthersInTheQueue(boolean handOff) throws IOException {
        try (var group = LoopGroup.start(1, ServerOptions.DEFAULT.maxConnections(2), handOff)) {
            Set<EventLoop> loops = ConcurrentHashMap.newKeySet();
            int port = group.startServer(() -> named(loops), HOST, 0);
            Socket first = connect(port);
            Socket second = connect(port);
            ask(first);
            ask(second);
            Socket third = connect(port);
            third.getOutputStream().write('\n');
            for (int i = 0; i < 20; i++) {
                ask(first); // the loop goes round meanwhile
            }
            assertEquals(0, third.getInputStream().available());
            first.close();
            assertEquals("weft-group-0", ask(third));
            second.close();
            third.close();
        }
    }

    @Test
    void createServer_protocols_areMadeOnTheirLoops() throws IOException {
        try (var group = LoopGroup.start(2, ServerOptions.DEFAULT)) {
            int port = group.createServer(
                    () -> {
                        EventLoop loop = Asyncio.getRunningLoop();
                        return () -> new Protocol() {
                            private Transport transport;

                            @Override
                            public void connectionMade(BaseTransport made) {
                                transport = (Transport) made;
                            }

                            @Override
                            public void dataReceived(ByteBuffer data) {
                                transport.write((loop.name() + "\n").getBytes(UTF_8));
                            }
                        };
                    },
                    HOST,
                    0);
            try (var socket = connect(port)) {
                assertTrue(ask(socket).startsWith("weft-group-"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void startServer_addressInUseOrFactoryFails_listensNowhere(boolean handOff) throws IOException {
        try (var taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.ofLiteral(HOST));
                var group = LoopGroup.start(2, ServerOptions.DEFAULT, handOff)) {
            Set<EventLoop> loops = ConcurrentHashMap.newKeySet();
            assertThrows(BindException.class, () -> group.startServer(() -> named(loops), HOST, taken.getLocalPort()));
            int[] calls = {0};
            var failure = assertThrows(
                    IllegalStateException.class,
                    () -> group.startServer(
                            () -> {
                                if (calls[0]++ == 1) {
                                    throw new IllegalStateException("no handler");
                                }
                                return (reader, writer) -> writer.close();
                            },
                            HOST,
                            0));
            assertEquals("no handler", failure.getMessage());
            loops.clear();
            int port = group.startServer(() -> named(loops), HOST, 0);
            try (var socket = connect(port)) {
                assertTrue(ask(socket).startsWith("weft-group-"));
            }
        }
    }

    @Test
    void loop_endsWithAFailure_endsTheGroup() throws Exception {
        var group = LoopGroup.start(2, ServerOptions.DEFAULT);
        var failure = new InternalError("of the virtual machine");
        group.loops().getLast().callSoonThreadsafe(() -> {
            throw failure;
        });
        var ended = assertThrows(ExecutionException.class, group.ended()::get);
        assertEquals(failure, ended.getCause());
        group.close();
    }

    @Test
    void group_inATask_isUsedAndClosedWithoutBlockingItsLoop() throws Exception {
        Asyncio.run(() -> {
            var group = LoopGroup.start(2, ServerOptions.DEFAULT);
            Set<EventLoop> loops = ConcurrentHashMap.newKeySet();
            int port = group.startServer(() -> named(loops), HOST, 0);
            try (var client = Net.openConnection(HOST, port)) {
                client.writer().write("\n".getBytes(UTF_8));
                assertTrue(new String(client.reader().readLine(), UTF_8).startsWith("weft-group-"));
            }
            group.close(Duration.ofSeconds(60));
            var inside = LoopGroup.start(1, ServerOptions.DEFAULT);
            var failure = assertThrows(
                    ExecutionException.class,
                    () -> Asyncio.runCoroutineThreadsafe(
                                    () -> inside.close(), inside.loops().getFirst())
                            .get());
            assertTrue(failure.getCause().getMessage().contains("outside"), failure.toString());
            inside.close();
        });
    }

    @Test
    void start_noLoops_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> LoopGroup.start(0, ServerOptions.DEFAULT));
    }
}
