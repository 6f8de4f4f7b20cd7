package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loads of {@link LoadRun}, small enough for each build. */
@Timeout(60)
final class LoadTest {
    // L2
    @Test
    void connections_toAServerElsewhere_echoAndLeaveNothing() throws Exception {
        IoLoads.Connections figures = Asyncio.run(() -> IoLoads.connections(200, 2, Duration.ofMillis(100)));
        assertTrue(figures.descriptorsLeft() <= 0, figures.text());
        assertTrue(figures.threads() <= 20, figures.text());
    }

    // L3
    @Test
    void churn_ofConnections_leavesNoDescriptor() throws Exception {
        IoLoads.Churn figures = Asyncio.run(() -> IoLoads.churn(500));
        assertTrue(figures.descriptorsLeft() <= 20, figures.text());
    }

    // L7
    @Test
    void tls_manyHandshakesAtOnce_allEndAndLittleIsBuffered() throws Exception {
        IoLoads.Tls figures = Asyncio.run(() -> IoLoads.tls(10, 2, 256 * 1024));
        assertTrue(figures.mostBuffered() <= 2 * 512 * 1024, figures.text());
    }

    // L8
    @Test
    void children_severalAtOnce_leaveNoDescriptor() throws Exception {
        IoLoads.Children figures = Asyncio.run(() -> IoLoads.children(40, 10));
        assertTrue(figures.descriptorsLeft() <= 5, figures.text());
    }

    // L9
    @Test
    void datagrams_toOneReceiver_areReceivedOrCounted() throws Exception {
        IoLoads.Datagrams figures = Asyncio.run(() -> IoLoads.datagrams(10_000));
        assertTrue(figures.mostBuffered() <= DatagramOptions.DEFAULT.receiveBufferDatagrams(), figures.text());
    }

    // L11
    @Test
    void soak_ofEchoTimersAndChildren_leavesNoDescriptor() throws Exception {
        IoLoads.Soak figures = Asyncio.run(() -> IoLoads.soak(20, Duration.ofSeconds(1)));
        assertTrue(figures.descriptors() <= 5, figures.text());
        assertTrue(figures.echoes() > 0 && figures.children() > 0, figures.text());
    }

    // L12
    @Test
    void slowConsumers_suspendTheirSendersAndTakeLittleMemory() throws Exception {
        IoLoads.Slow figures = Asyncio.run(() -> IoLoads.slowConsumers(50));
        assertEquals(50, figures.suspended(), figures.text());
        assertTrue(figures.bytesEach() <= 128 * 1024 + 20_000_000 / 50, figures.text());
    }
}
