package dev.weft.io;

import dev.weft.AddressFamily;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a connection is made. Immutable: each setter returns a changed copy. Mirrors the keywords of {@code loop.create_connection}. */
public final class ConnectOptions {
    /** Everything by default. */
    public static final ConnectOptions DEFAULT = new ConnectOptions();

    private int limit = StreamReader.DEFAULT_LIMIT;
    private AddressFamily family = AddressFamily.UNSPEC;
    private @Nullable InetSocketAddress localAddress;
    private @Nullable Duration happyEyeballsDelay;
    private @Nullable Integer interleave;
    private boolean allErrors;
    private @Nullable TlsOptions tls;

    private ConnectOptions() {}

    private ConnectOptions(ConnectOptions other) {
        limit = other.limit;
        family = other.family;
        localAddress = other.localAddress;
        happyEyeballsDelay = other.happyEyeballsDelay;
        interleave = other.interleave;
        allErrors = other.allErrors;
        tls = other.tls;
    }

    /**
     * With another limit of the stream reader, for {@link Net#openConnection} only.
     *
     * @param bytes the limit, 64 KiB by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public ConnectOptions limit(int bytes) {
        var copy = new ConnectOptions(this);
        copy.limit = StreamReader.checkedLimit(bytes);
        return copy;
    }

    /**
     * With addresses of one family only.
     *
     * @param family the family
     * @return changed copy
     */
    public ConnectOptions family(AddressFamily family) {
        var copy = new ConnectOptions(this);
        copy.family = Objects.requireNonNull(family, "family");
        return copy;
    }

    /**
     * From this address of this machine. Remote addresses of the other family then fail.
     *
     * @param address the address; port 0 for any
     * @return changed copy
     */
    public ConnectOptions localAddress(InetSocketAddress address) {
        var copy = new ConnectOptions(this);
        copy.localAddress = Objects.requireNonNull(address, "address");
        return copy;
    }

    /**
     * With attempts at several addresses at the same time, each so much later than the one before, or as soon as that one has failed. The
     * first connection wins. As RFC 8305 has it, which recommends 250 ms.
     *
     * @param delay how long to give an attempt before the next begins
     * @return changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public ConnectOptions happyEyeballsDelay(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("a delay is not negative, got " + delay);
        }
        var copy = new ConnectOptions(this);
        copy.happyEyeballsDelay = delay;
        return copy;
    }

    /**
     * With the addresses' families taking turns, after so many of the first one.
     *
     * @param firstFamilyCount how many of the first family come first; 0 keeps the resolver's order. By default 1 if a happy eyeballs delay
     *     is set, else 0
     * @return changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public ConnectOptions interleave(int firstFamilyCount) {
        if (firstFamilyCount < 0) {
            throw new IllegalArgumentException("a count is not negative, got " + firstFamilyCount);
        }
        var copy = new ConnectOptions(this);
        copy.interleave = firstFamilyCount;
        return copy;
    }

    /**
     * Whether to throw the failures of all addresses, as an {@link dev.weft.ExceptionGroup}, if none could be connected to.
     *
     * @param all whether to throw them all
     * @return changed copy
     */
    public ConnectOptions allErrors(boolean all) {
        var copy = new ConnectOptions(this);
        copy.allErrors = all;
        return copy;
    }

    /**
     * With an encrypted connection. The server's certificate has to be made out to the host that is connected to, unless these options name
     * another.
     *
     * @param tls how
     * @return changed copy
     */
    public ConnectOptions tls(TlsOptions tls) {
        var copy = new ConnectOptions(this);
        copy.tls = Objects.requireNonNull(tls, "tls");
        return copy;
    }

    /** {@return the limit of the stream reader in bytes} */
    public int limit() {
        return limit;
    }

    /** {@return which addresses are tried} */
    public AddressFamily family() {
        return family;
    }

    /** {@return the address of this side, null for any} */
    public @Nullable InetSocketAddress localAddress() {
        return localAddress;
    }

    /** {@return how much later each attempt begins than the one before, null for one at a time} */
    public @Nullable Duration happyEyeballsDelay() {
        return happyEyeballsDelay;
    }

    /** {@return how many addresses of the first family come first, 0 for the resolver's order} */
    public int interleave() {
        return interleave != null ? interleave : happyEyeballsDelay != null ? 1 : 0;
    }

    /** {@return whether to throw the failures of all addresses} */
    public boolean allErrors() {
        return allErrors;
    }

    /** {@return how the connection is encrypted, null if it is not} */
    public @Nullable TlsOptions tls() {
        return tls;
    }
}
