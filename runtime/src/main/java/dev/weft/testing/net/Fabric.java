package dev.weft.testing.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The whole network: its hosts, and the routes between them. */
public final class Fabric {
    private static final double ONE_TRANSFER_IN = 1.0 / 3;

    private final Timeline timeline;
    private final Chance chance;
    private final Consumer<String> journal;
    private final SimProvider provider;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<InetAddress, Node> byAddress = new LinkedHashMap<>();
    private final Map<Way, Route> routes = new LinkedHashMap<>();
    private final Route model = new Route(this);
    private final Supplier<List<StackTraceElement>> whereabouts;
    private final Map<SelectableChannel, List<StackTraceElement>> channels = new LinkedHashMap<>();
    private int bufferBytes = 64 * 1024;
    private boolean partial;

    private record Way(Node from, Node to) {}

    /**
     * A network without hosts.
     *
     * @param timeline its time
     * @param chance its decisions
     * @param here on whose host the code runs that is running
     * @param whereabouts where the code is that is running
     * @param journal told what goes wrong with what is sent
     */
    @SuppressWarnings("this-escape") // all of them only keep it
    public Fabric(
            Timeline timeline,
            Chance chance,
            Supplier<Node> here,
            Supplier<List<StackTraceElement>> whereabouts,
            Consumer<String> journal) {
        this.timeline = timeline;
        this.chance = chance;
        this.whereabouts = whereabouts;
        this.journal = journal;
        provider = new SimProvider(this, here);
    }

    // ---- settings

    /** What streams and datagram sockets keep of what is under way or not read yet. */
    public void bufferBytes(int bytes) {
        bufferBytes = bytes;
    }

    int bufferBytes() {
        return bufferBytes;
    }

    /** Whether reads and writes of streams transfer less than they could, now and then. */
    public void partialTransfers(boolean on) {
        partial = on;
    }

    // ---- hosts

    /** The host of that name, new if there is none. */
    public Node node(String name) {
        return nodes.computeIfAbsent(name, this::newNode);
    }

    private Node newNode(String name) {
        int number = nodes.size() + 1;
        byte[] digits = {10, 0, (byte) (number >> Byte.SIZE), (byte) number};
        try {
            var node = new Node(this, name, InetAddress.getByAddress(name, digits));
            byAddress.put(node.address(), node);
            return node;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    public @Nullable Node known(String name) {
        return nodes.get(name);
    }

    public Collection<Node> nodes() {
        return nodes.values();
    }

    /** The host that has an address, as seen from another one. */
    public @Nullable Node owner(InetAddress address, Node from) {
        return address.isAnyLocalAddress() || address.isLoopbackAddress() ? from : byAddress.get(address);
    }

    // ---- routes

    /** The route between two hosts, or within one. */
    public Route route(Node from, Node to) {
        if (from == to) {
            return from.inside();
        }
        return routes.computeIfAbsent(new Way(from, to), way -> new Route(this, way.from(), way.to(), model));
    }

    /** All routes between hosts, and the one after which later ones are made. */
    public List<Route> allRoutes() {
        for (Node from : nodes.values()) {
            for (Node to : nodes.values()) {
                if (from != to) {
                    route(from, to);
                }
            }
        }
        var all = new ArrayList<>(routes.values());
        all.add(model);
        return all;
    }

    // ---- sockets

    /** {@return what opens its channels} */
    public SelectorProvider provider() {
        return provider;
    }

    /** {@return the channels that are open, with where they were opened, as far as that is known} */
    public Map<SelectableChannel, List<StackTraceElement>> channels() {
        return Collections.unmodifiableMap(channels);
    }

    void opened(SelectableChannel channel) {
        channels.put(channel, whereabouts.get());
    }

    void closed(SelectableChannel channel) {
        channels.remove(channel);
    }

    SimSocketChannel channel(TcpEnd accepted) {
        return new SimSocketChannel(provider, accepted);
    }

    // ---- for all that belongs to it

    long now() {
        return timeline.now();
    }

    Timeline.Alarm at(long when, Runnable event) {
        return timeline.at(when, event);
    }

    Chance chance() {
        return chance;
    }

    void note(String what) {
        journal.accept(what);
    }

    /** How much is transferred of what could be. */
    int part(int most) {
        return partial && most > 1 && chance.happens(ONE_TRANSFER_IN) ? (int) chance.between(1, most - 1L) : most;
    }

    /** The address as which a host is known to another one, or to itself. */
    static InetSocketAddress source(Node from, InetSocketAddress target, int port) {
        InetAddress host = target.getAddress();
        boolean inside = host.isLoopbackAddress() || host.isAnyLocalAddress();
        return new InetSocketAddress(
                !inside ? from.address() : host instanceof Inet4Address ? Node.LOOPBACK : Node.LOOPBACK6, port);
    }
}
