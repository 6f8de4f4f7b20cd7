package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The loads in full, for {@code ./mvnw -B verify -Pload}, which writes {@code target/load-MODE.md}. Needs 20,000 descriptors. The system property
 * {@code weft.load.minutes} sets the length of the soak.
 */
@Timeout(300)
final class LoadRun {
    private static final Map<String, String> FIGURES = new TreeMap<>();
    private static final Duration SOAK = Duration.ofMinutes(Integer.getInteger("weft.load.minutes", 10));

    @Test
    void l2_tenThousandConnections() throws Exception {
        IoLoads.Connections figures = Asyncio.run(() -> IoLoads.connections(10_000, 10, Duration.ofSeconds(60)));
        FIGURES.put("L02", figures.text());
        assertTrue(figures.ramp() <= 30_000, figures.text());
        assertTrue(figures.heap() <= 400_000_000, figures.text());
        assertTrue(figures.threads() <= 20, figures.text());
        assertTrue(figures.idle() <= 2, figures.text());
        assertTrue(figures.descriptorsLeft() <= 0, figures.text());
    }

    @Test
    void l3_connectAndCloseTwoHundredThousandTimes() throws Exception {
        IoLoads.Churn figures = Asyncio.run(() -> IoLoads.churn(200_000));
        FIGURES.put("L03", figures.text());
        assertTrue(figures.descriptorsLeft() <= 20, figures.text());
        assertTrue(figures.millis() <= 180_000, figures.text());
    }

    @Test
    void l7_aThousandTlsHandshakesAtOnce() throws Exception {
        IoLoads.Tls figures = Asyncio.run(() -> IoLoads.tls(1_000, 100, 10 << 20));
        FIGURES.put("L07", figures.text());
        assertTrue(figures.millis() <= 120_000, figures.text());
        assertTrue(figures.mostBuffered() <= 2 * 512 * 1024, figures.text());
    }

    @Test
    void l8_aThousandChildren() throws Exception {
        IoLoads.Children figures = Asyncio.run(() -> IoLoads.children(1_000, 50));
        FIGURES.put("L08", figures.text());
        assertTrue(figures.descriptorsLeft() <= 5, figures.text());
        assertTrue(figures.delay99() <= 20_000, figures.text());
    }

    @Test
    void l9_aMillionDatagrams() throws Exception {
        IoLoads.Datagrams figures = Asyncio.run(() -> IoLoads.datagrams(1_000_000));
        FIGURES.put("L09", figures.text());
        assertTrue(figures.mostBuffered() <= DatagramOptions.DEFAULT.receiveBufferDatagrams(), figures.text());
    }

    @Test
    @Timeout(1200)
    void l11_soak() throws Exception {
        IoLoads.Soak figures = Asyncio.run(() -> IoLoads.soak(200, SOAK));
        FIGURES.put("L11", figures.text());
        assertTrue(figures.late() <= figures.early() * 1.05, figures.text());
        assertTrue(figures.idle() <= 1, figures.text());
        assertTrue(figures.descriptors() <= 5, figures.text());
    }

    @Test
    void l12_aThousandPeersThatNeverRead() throws Exception {
        IoLoads.Slow figures = Asyncio.run(() -> IoLoads.slowConsumers(1_000));
        FIGURES.put("L12", figures.text());
        assertEquals(1_000, figures.suspended(), figures.text());
        assertTrue(figures.bytesEach() <= 128 * 1024 + 20_000, figures.text());
    }

    @AfterAll
    static void report() throws IOException {
        var text = new StringBuilder(
                "# Load, " + System.getProperty("weft.test.mode") + " mode\n\n| | measured |\n| --- | --- |\n");
        FIGURES.forEach((row, figures) -> text.append("| %s | %s |%n".formatted(row, figures)));
        System.out.println(text);
        Path file = Path.of("target", "load-" + System.getProperty("weft.test.mode") + ".md");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, UTF_8);
    }
}
