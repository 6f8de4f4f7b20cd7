package dev.weft.io.testing;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.timeout;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.Suspends;
import dev.weft.io.ConnectionResetException;
import dev.weft.io.LineProtocol;
import dev.weft.io.Net;
import dev.weft.io.Server;
import dev.weft.io.StreamReader;
import dev.weft.io.StreamWriter;
import dev.weft.testing.SimHost;
import dev.weft.testing.SimNet;
import dev.weft.testing.TestLoop;
import dev.weft.testing.WeftTest;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** The parts of {@code docs/testing.md} that are about networks. */
final class SimNetGuideTest {
    @Suspends
    private static void shout(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            for (byte[] line = reader.readLine(); line.length > 0; line = reader.readLine()) {
                writer.write(new String(line, UTF_8).toUpperCase(Locale.ROOT).getBytes(UTF_8));
            }
        } catch (ConnectionResetException gone) {
            // The client has seen to that.
        }
    }

    @Suspends
    private static String ask(String host, String line) throws IOException {
        try (var streams = Net.openConnection(host, 7000)) {
            streams.writer().write(line.getBytes(UTF_8));
            return new String(streams.reader().readLine(), UTF_8);
        }
    }

    @Suspends
    private static String askPatiently(String host, String line) throws IOException {
        while (true) {
            try {
                return timeout(seconds(10), () -> ask(host, line));
            } catch (TimeoutException | IOException e) {
                sleep(seconds(50));
            }
        }
    }

    @WeftTest
    void answer_takesTwoRoundTrips(SimNet net, TestLoop loop) throws Exception {
        SimHost server = net.host("server");
        net.everyLink().latency(millis(20));
        Server listening = server.run(() -> Net.startServer(SimNetGuideTest::shout, null, 7000));
        assertEquals("HELLO\n", ask("server", "hello\n"));
        assertEquals(millis(80).toNanos(), loop.time()); // to connect and to ask, there and back
        listening.close();
        listening.waitClosed();
    }

    @WeftTest(seeds = 100)
    void manyClients_badLine_allGetTheirAnswers(SimNet net) throws Exception {
        SimHost server = net.host("server");
        net.everyLink().latency(millis(1), millis(80)).loss(0.05);
        Server listening = server.run(() -> Net.startServer(SimNetGuideTest::shout, null, 7000));
        for (int i = 0; i < 3; i++) {
            String line = "client " + i + "\n";
            net.host("client" + i).run(() -> assertEquals(line.toUpperCase(Locale.ROOT), ask("server", line)));
        }
        listening.close();
        listening.waitClosed();
    }

    @WeftTest
    void client_serverUnreachableForADay_triesOn(SimNet net, TestLoop loop) throws Exception {
        SimHost server = net.host("server");
        Server listening = server.run(() -> Net.startServer(SimNetGuideTest::shout, null, 7000));
        net.link(net.here(), server).blackHole();
        loop.callLater(Duration.ofDays(1), () -> net.link(net.here(), server).heal());
        assertEquals("HELLO\n", askPatiently("server", "hello\n"));
        assertEquals(Duration.ofDays(1).toNanos(), loop.time());
        listening.close();
        listening.waitClosed();
    }

    @WeftTest
    void handler_pair_answersLineByLine() throws Exception {
        try (var pair = MemoryStreams.pair(MemoryStreams.Options.DEFAULT.chunking(1))) {
            createTask(() -> shout(pair.left().reader(), pair.left().writer()));
            pair.right().writer().write("hello\n".getBytes(UTF_8));
            assertEquals("HELLO\n", new String(pair.right().reader().readLine(), UTF_8));
        }
    }

    private static final class Shouting extends LineProtocol {
        @Override
        protected void lineReceived(byte[] line) {
            sendLine(new String(line, UTF_8).toUpperCase(Locale.ROOT).getBytes(UTF_8));
        }
    }

    @Test
    void protocol_lineInPieces_answersWhenItIsWhole() {
        var transport = RecordingTransport.connect(new Shouting());
        transport.feed("hel");
        assertEquals("", transport.text());
        transport.feed("lo\r\n");
        assertEquals("HELLO\r\n", transport.text());
    }

    @Test
    void loopOnRealTime_hasNoNetworkInMemory() {
        assertThrows(IllegalStateException.class, SimNet::current);
    }
}
