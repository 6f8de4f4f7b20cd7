package dev.weft.testing;

import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.timeout;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Datagram;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Datagrams in a {@link SimNet}, by the loop's own calls. */
final class SimNetDatagramTest {
    private TestLoop loop;
    private SimNet net;
    private SimHost near;
    private SimHost far;
    private DatagramChannel sender;
    private DatagramChannel receiver;

    @BeforeEach
    void open(TestLoop loop, SimNet net) throws IOException {
        this.loop = loop;
        this.net = net;
        near = net.host("near");
        far = net.host("far");
        loop.runUntilComplete(() -> {
            sender = socket(near, 0);
            receiver = socket(far, 53);
        });
    }

    @AfterEach
    void close() throws IOException {
        sender.close();
        receiver.close();
    }

    @Suspends
    private DatagramChannel socket(SimHost host, int port) throws IOException {
        return host.run(() -> {
            DatagramChannel channel = loop.selectorProvider().openDatagramChannel();
            channel.configureBlocking(false);
            channel.bind(new InetSocketAddress(port));
            return channel;
        });
    }

    @Suspends
    private void send(String text) throws IOException {
        loop.sockSendTo(sender, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), far.at(53));
    }

    /** What comes until nothing has come for a while. */
    @Suspends
    private List<String> receive() throws IOException {
        var received = new ArrayList<String>();
        while (true) {
            try {
                Datagram next = timeout(seconds(1), () -> loop.sockRecvFrom(receiver, 1_000));
                received.add(new String(next.data(), StandardCharsets.UTF_8));
            } catch (TimeoutException e) {
                return received;
            }
        }
    }

    private static List<String> numbers(int n) {
        var numbers = new ArrayList<String>();
        for (int i = 0; i < n; i++) {
            numbers.add(Integer.toString(i));
        }
        return numbers;
    }

    @WeftTest
    void datagram_takesTheLatencyAndTellsTheSender() throws Exception {
        net.link(near, far).latency(millis(10));
        send("hello");
        Datagram datagram = loop.sockRecvFrom(receiver, 3);
        assertEquals("hel", new String(datagram.data(), StandardCharsets.UTF_8));
        assertEquals(near.address(), ((InetSocketAddress) datagram.address()).getAddress());
        assertEquals(millis(10).toNanos(), loop.time());
    }

    @WeftTest
    void perfectLink_keepsNumberAndOrder() throws Exception {
        for (String number : numbers(20)) {
            send(number);
        }
        assertEquals(numbers(20), receive());
    }

    @WeftTest
    void loss_losesSome() throws Exception {
        net.link(near, far).loss(0.5);
        for (String number : numbers(100)) {
            send(number);
        }
        int received = receive().size();
        assertTrue(received > 20 && received < 80, () -> "of 100 came " + received);
    }

    @WeftTest
    void duplication_doublesSome() throws Exception {
        net.link(near, far).duplication(0.5);
        for (String number : numbers(100)) {
            send(number);
        }
        List<String> received = receive();
        assertEquals(100, new HashSet<>(received).size());
        assertTrue(received.size() > 120 && received.size() < 180, () -> "of 100 came " + received.size());
    }

    @WeftTest
    void reordering_letsOthersOvertake() throws Exception {
        net.link(near, far).reordering(0.2);
        for (String number : numbers(100)) {
            send(number);
            sleep(Duration.ofNanos(100_000));
        }
        List<String> received = receive();
        assertNotEquals(numbers(100), received);
        received.sort(java.util.Comparator.comparingInt(Integer::parseInt));
        assertEquals(numbers(100), received);
    }

    @WeftTest
    void latencyFromARange_letsOthersOvertake() throws Exception {
        net.link(near, far).latency(millis(1), millis(50));
        for (String number : numbers(20)) {
            send(number);
        }
        List<String> received = receive();
        assertNotEquals(numbers(20), received);
        assertEquals(20, received.size());
    }

    @WeftTest
    void bandwidth_tooSlow_dropsWhatDoesNotFitInTheLine() throws Exception {
        net.bufferSize(1_000);
        net.link(near, far).bandwidth(1_000);
        for (int i = 0; i < 50; i++) {
            send("x".repeat(100));
        }
        assertEquals(11, receive().size());
        assertEquals(millis(1_100 + 1_000).toNanos(), loop.time());
    }

    @WeftTest
    void inbox_full_dropsTheRest() throws Exception {
        net.bufferSize(1_000);
        for (int i = 0; i < 50; i++) {
            send("x".repeat(100));
        }
        sleep(seconds(1));
        assertEquals(10, receive().size());
    }

    @WeftTest
    void cutLink_losesAlsoWhatIsUnderWay() throws Exception {
        net.link(near, far).latency(millis(10));
        send("under way");
        net.link(near, far).cut();
        send("meanwhile");
        sleep(seconds(1));
        net.link(near, far).heal();
        send("after");
        assertEquals(List.of("after"), receive());
    }

    @WeftTest
    void connected_nobodyReceives_isToldThatThePortIsUnreachable() throws Exception {
        sender.connect(far.at(54));
        loop.sockSendTo(sender, ByteBuffer.allocate(1), far.at(54));
        assertThrows(PortUnreachableException.class, () -> loop.sockRecvFrom(sender, 1));
        receiver.connect(near.at(1));
        sender.disconnect();
        send("from somebody else");
        assertEquals(List.of(), receive());
    }

    @WeftTest
    void tooLong_isRefused() {
        assertThrows(SocketException.class, () -> loop.sockSendTo(sender, ByteBuffer.allocate(65_508), far.at(53)));
    }

    @WeftTest
    void connected_scattersAndGathers() throws Exception {
        sender.connect(far.at(53));
        sender.write(new ByteBuffer[] {ByteBuffer.wrap(new byte[] {1, 2}), ByteBuffer.wrap(new byte[] {3})});
        receiver.connect(sender.getLocalAddress());
        loop.awaitAllBlocked();
        ByteBuffer[] targets = {ByteBuffer.allocate(1), ByteBuffer.allocate(5)};
        assertEquals(3, receiver.read(targets));
        assertEquals(1, targets[0].get(0));
        assertEquals(3, targets[1].get(1));
    }
}
