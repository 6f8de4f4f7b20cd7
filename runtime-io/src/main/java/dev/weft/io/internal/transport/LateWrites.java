package dev.weft.io.internal.transport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is written too late is dropped. Somebody who goes on writing all the same is told so in the log, from the fifth time on. */
public final class LateWrites {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final int BEFORE_WARNING = 5;

    private final Object transport;
    private final String warning;
    private int count;

    /**
     * None yet.
     *
     * @param transport named in the log
     * @param warning what somebody does who writes too late
     */
    public LateWrites(Object transport, String warning) {
        this.transport = transport;
        this.warning = warning;
    }

    /** Counts one. */
    public void another() {
        if (++count >= BEFORE_WARNING) {
            LOG.warn("{}: {}", warning, transport);
        }
    }
}
