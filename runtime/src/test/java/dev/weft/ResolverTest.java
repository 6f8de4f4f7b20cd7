package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names of hosts. */
final class ResolverTest {
    @Test
    void getAddrInfo_literal_needsNoExecutorAndDoesNotSuspend() throws IOException {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            boolean[] otherRan = {false};
            loop.callSoon(() -> otherRan[0] = true);
            assertEquals(
                    List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 80)),
                    loop.getAddrInfo("127.0.0.1", 80));
            assertEquals(List.of(new InetSocketAddress(InetAddress.ofLiteral("::1"), 80)), loop.getAddrInfo("::1", 80));
            assertFalse(otherRan[0]);
        });
    }

    @Test
    void getAddrInfo_name_isLookedUpOffTheLoop() throws IOException {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            boolean[] otherRan = {false};
            loop.callSoon(() -> otherRan[0] = true);
            List<InetSocketAddress> addresses = loop.getAddrInfo("localhost", 80);
            assertTrue(otherRan[0]);
            assertTrue(addresses.stream()
                    .allMatch(a -> a.getPort() == 80 && a.getAddress().isLoopbackAddress()));
        });
    }

    @Test
    void getAddrInfo_noHost_isLoopback() throws IOException {
        Asyncio.run(() -> {
            var addresses = Asyncio.getRunningLoop().getAddrInfo(null, 1);
            assertTrue(addresses.getFirst().getAddress().isLoopbackAddress());
        });
    }

    @Test
    void getAddrInfo_otherFamily_hasNone() throws IOException {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            assertEquals(1, loop.getAddrInfo("127.0.0.1", 1, AddressFamily.INET).size());
            assertThrows(UnknownHostException.class, () -> loop.getAddrInfo("127.0.0.1", 1, AddressFamily.INET6));
            assertThrows(UnknownHostException.class, () -> loop.getAddrInfo("::1", 1, AddressFamily.INET));
        });
    }

    @Test
    void getAddrInfo_impossiblePort_throws() throws IOException {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            assertThrows(IllegalArgumentException.class, () -> loop.getAddrInfo("127.0.0.1", 65536));
            assertThrows(IllegalArgumentException.class, () -> loop.getAddrInfo("127.0.0.1", -1));
        });
    }

    @Test
    void getAddrInfo_cancelled_endsAtOnce() throws IOException {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            Task<List<InetSocketAddress>> lookup = loop.createTask(() -> loop.getAddrInfo("localhost", 1));
            Asyncio.yieldNow();
            lookup.cancel();
            assertThrows(CancelledError.class, lookup::await);
        });
    }

    @Test
    void getNameInfo_numeric_isTheAddressInDigits() throws IOException {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 80);
            assertEquals(new NameInfo("127.0.0.1", "80"), loop.getNameInfo(address, true));
            assertThrows(
                    UnknownHostException.class,
                    () -> loop.getNameInfo(InetSocketAddress.createUnresolved("nowhere", 80)));
        });
    }

    @Test
    void getNameInfo_addressMadeFromAName_isLookedUpAllTheSame() throws IOException {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            var misnamed = InetAddress.getByAddress("not.its.name", new byte[] {127, 0, 0, 1});
            NameInfo info = loop.getNameInfo(new InetSocketAddress(misnamed, 80));
            assertEquals(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}).getHostName(), info.host());
        });
    }
}
