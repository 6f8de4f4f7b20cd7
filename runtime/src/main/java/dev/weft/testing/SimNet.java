package dev.weft.testing;

import dev.weft.AddressFamily;
import dev.weft.Asyncio;
import dev.weft.ContextVar;
import dev.weft.EventLoop;
import dev.weft.Leftover;
import dev.weft.LoopControl;
import dev.weft.NameInfo;
import dev.weft.Task;
import dev.weft.testing.net.Chance;
import dev.weft.testing.net.Fabric;
import dev.weft.testing.net.Node;
import dev.weft.testing.net.Route;
import dev.weft.testing.net.Timeline;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network in memory, in which the ordinary calls of a test run: {@code Net.openConnection}, {@code Net.startServer}, datagrams, HTTP,
 * TLS, and the loop's own {@code sock} calls. No socket is opened, no name is looked up, no time passes but the loop's own, and everything
 * that goes wrong is decided by the seed: the same seed gives the same run, to the trace hash.
 *
 * <pre>{@code
 * @WeftTest(seeds = 200)
 * void fetch_overABadLine_getsEverything(SimNet net) throws Exception {
 *     SimHost server = net.host("server");
 *     SimHost client = net.host("client");
 *     net.link(client, server).latency(millis(5), millis(80)).loss(0.05);
 *     server.run(() -> Net.startServer(handler, "0.0.0.0", 80));
 *     client.run(() -> assertEquals(expected, fetch("server", 80)));
 * }
 * }</pre>
 *
 * <p>There are hosts, known by their names, and between any two of them a {@link SimLink}. Which host code runs on is a matter of its
 * context: {@link SimHost#run} and {@link SimHost#createTask} say it, tasks and callbacks inherit it, and code of which nothing is said
 * runs on a host called {@code test}. Within a host, by way of {@code localhost}, nothing is delayed and nothing gets lost.
 *
 * <p>Connections behave as Linux's do, as far as a program can tell: what is sent while a link is cut or loses a packet comes later, with
 * retransmissions after 200 ms and more; whoever writes into nothing is told after 15 minutes, whoever connects to it after 127 seconds,
 * and whoever only reads never: that is a {@link dev.weft.DeadlockException}. Datagrams that get lost are lost. Not simulated: Unix
 * sockets, pipes, multicast and broadcast, several sockets on one port.
 *
 * <p>A loop has one network or none: {@code @WeftTest} makes it for whoever has a parameter of this type, {@link #of} for others, and must
 * do so before the loop has waited for a channel. From then on the loop takes no real channels: open them by
 * {@link EventLoop#selectorProvider}. Belongs to its loop, as do its hosts and links.
 *
 * <p>Mirrors what turmoil and madsim are for Tokio, and FoundationDB's simulated network.
 */
public final class SimNet {
    private static final String DEFAULT_HOST = "test";

    private final TestLoop loop;
    private final Fabric fabric;
    private final ContextVar<SimHost> here;
    private final SimHost defaultHost;
    private final List<SimHost> hosts = new ArrayList<>();

    SimNet(TestLoop loop, @Nullable Schedule schedule) {
        this.loop = loop;
        LoopControl control = loop.testControl();
        fabric = new Fabric(
                new LoopTimeline(loop, control),
                new Chance(schedule == null ? 0 : schedule.seed()),
                () -> here().node(),
                () -> whereabouts(control),
                what -> {
                    if (schedule != null) {
                        schedule.note(what);
                    }
                });
        fabric.partialTransfers(schedule != null);
        control.simulateChannels(fabric.provider());
        defaultHost = host(DEFAULT_HOST);
        here = ContextVar.withDefault("dev.weft.testing.SimNet.host", defaultHost);
    }

    private record LoopTimeline(TestLoop loop, LoopControl control) implements Timeline {
        @Override
        public long now() {
            return loop.time();
        }

        @Override
        public Alarm at(long when, Runnable event) {
            return control.simulate(when, event)::run;
        }
    }

    /**
     * The network of a loop, which it gets by this if it has none yet.
     *
     * @param loop a {@link TestLoop}
     * @return its network, always the same
     * @throws IllegalArgumentException if it is another kind of loop: time has to be virtual
     * @throws IllegalStateException if the loop has no network in memory yet and has waited for a real channel
     */
    public static SimNet of(EventLoop loop) {
        if (Objects.requireNonNull(loop, "loop") instanceof TestLoop test) {
            return test.network();
        }
        throw new IllegalArgumentException("a SimNet needs a TestLoop, on virtual time; got " + loop);
    }

    /**
     * The network of the loop that runs here, for the body of a {@link ScheduleExplorer}.
     *
     * @return its network, always the same
     * @throws IllegalStateException as for {@link #of}, or if no loop runs here
     * @throws IllegalArgumentException as for {@link #of}
     */
    public static SimNet current() {
        return of(Asyncio.getRunningLoop());
    }

    // ---- hosts

    /**
     * A host. New if there is none of that name; it then gets an address of its own.
     *
     * @param name its name, in lower case; what names of hosts may be, but not {@code localhost} and no address
     * @return the host
     * @throws IllegalArgumentException if no host can have the name
     */
    public SimHost host(String name) {
        if (!name.matches("[a-z0-9_-]+(\\.[a-z0-9_-]+)*") || name.equals("localhost") || isLiteral(name)) {
            throw new IllegalArgumentException(
                    "the name of a host consists of lower-case letters, digits, '.', '-' and '_', and is "
                            + "neither localhost nor an address; got \"" + name + "\"");
        }
        for (SimHost host : hosts) {
            if (host.name().equals(name)) {
                return host;
            }
        }
        var made = new SimHost(this, fabric.node(name));
        hosts.add(made);
        return made;
    }

    /** {@return the host on which the calling code runs; {@code test} unless something else was said} */
    public SimHost here() {
        return here.get();
    }

    // ---- links

    /**
     * The link between two hosts, both ways.
     *
     * @param one a host
     * @param other another one
     * @return its settings
     * @throws IllegalArgumentException if both are the same, or one is of another network
     */
    public SimLink link(SimHost one, SimHost other) {
        List<Route> both = List.of(route(one, other), route(other, one));
        return new SimLink(() -> both);
    }

    /**
     * One direction of the link between two hosts, for what differs between the directions.
     *
     * @param from where it begins
     * @param to where it ends
     * @return its settings
     * @throws IllegalArgumentException if both are the same, or one is of another network
     */
    public SimLink oneWay(SimHost from, SimHost to) {
        List<Route> one = List.of(route(from, to));
        return new SimLink(() -> one);
    }

    /** {@return the settings of all links at once, those of hosts to come included} */
    public SimLink everyLink() {
        return new SimLink(fabric::allRoutes);
    }

    /**
     * Cuts the links between some hosts and all others there are; those among the former, and among the latter, stay as they are.
     * {@link #everyLink}{@code .heal()} puts them together again.
     *
     * @param side those on one side
     * @throws IllegalArgumentException if one is of another network
     */
    public void partition(SimHost... side) {
        List<SimHost> inside = List.of(side);
        for (SimHost one : inside) {
            for (SimHost other : hosts) {
                if (!inside.contains(other)) {
                    link(one, other).cut();
                }
            }
        }
    }

    private Route route(SimHost from, SimHost to) {
        if (from.network() != this || to.network() != this) {
            throw new IllegalArgumentException("not hosts of this network: " + from + " and " + to);
        }
        if (from == to) {
            throw new IllegalArgumentException("a link has two ends, and nothing goes wrong within a host: " + from);
        }
        return fabric.route(from.node(), to.node());
    }

    // ---- settings

    /**
     * Whether reads and writes of streams transfer only a part of what they could, now and then: what correct programs do not notice. On at
     * first where a seed decides, else off.
     *
     * @param on whether they do
     * @return this
     */
    public SimNet partialTransfers(boolean on) {
        fabric.partialTransfers(on);
        return this;
    }

    /**
     * How much each direction of a connection, and each datagram socket, holds of what is on its way or not read yet, 64 KiB at first.
     * Beyond that, writers wait and datagrams are dropped. For connections made from now on.
     *
     * @param bytes how many, at least one
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public SimNet bufferSize(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a buffer has room for at least one byte, got " + bytes);
        }
        fabric.bufferBytes(bytes);
        return this;
    }

    // ---- names

    /** Whether it is an address in digits, or none at all, which stands for the host itself. */
    static boolean isLiteral(@Nullable String host) {
        if (host == null || host.isEmpty()) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    List<InetSocketAddress> addresses(@Nullable String name, int port, AddressFamily family)
            throws UnknownHostException {
        if ("localhost".equals(name)) {
            name = family == AddressFamily.INET6 ? "::1" : "127.0.0.1";
            return List.of(new InetSocketAddress(InetAddress.ofLiteral(name), port));
        }
        Node node = fabric.known(Objects.requireNonNull(name));
        if (node == null) {
            throw new UnknownHostException(
                    name + ": no host of this test's network, which has " + fabric.nodes() + "; SimNet.host makes one");
        }
        if (!family.accepts(node.address())) {
            throw new UnknownHostException(name + " has no address of the family " + family);
        }
        return List.of(new InetSocketAddress(node.address(), port));
    }

    NameInfo name(InetSocketAddress address) throws UnknownHostException {
        InetAddress host = address.getAddress();
        if (host == null) {
            throw new UnknownHostException("not resolved: " + address);
        }
        Node owner = host.isLoopbackAddress() ? null : fabric.owner(host, defaultHost.node());
        String name = host.isLoopbackAddress() ? "localhost" : owner != null ? owner.name() : host.getHostAddress();
        return new NameInfo(name, Integer.toString(address.getPort()));
    }

    // ---- for the rest of the package

    ContextVar<SimHost> hereVariable() {
        return here;
    }

    /** The tasks that run on a host. */
    List<Task<?>> tasks(SimHost host) {
        return Asyncio.allTasks(loop).stream()
                .filter(task -> task.getContext().getOrDefault(here, defaultHost) == host)
                .toList();
    }

    /** Open channels that the loop does not know of. */
    List<Leftover> leftovers() {
        List<Leftover> left = new ArrayList<>();
        fabric.channels().forEach((channel, madeAt) -> {
            if (!channel.isRegistered()) {
                left.add(new Leftover("open channel " + channel, madeAt));
            }
        });
        return left;
    }

    /** Without the frames of the network itself. */
    private static List<StackTraceElement> whereabouts(LoopControl control) {
        return control.whereabouts().stream()
                .filter(frame -> !frame.getClassName().startsWith(Fabric.class.getPackageName()))
                .toList();
    }

    static long nanos(Duration duration, String what) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("a " + what + " is not negative, got " + duration);
        }
        return duration.toNanos();
    }

    @Override
    public String toString() {
        return "SimNet" + hosts;
    }
}
