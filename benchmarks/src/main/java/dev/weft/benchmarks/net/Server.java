package dev.weft.benchmarks.net;

import java.nio.file.Path;

/** Starts a server on a free port of the loopback address. It serves until the process ends. */
interface Server {
    /**
     * Starts it.
     *
     * @param service what it does
     * @param identity where its certificate and key are, see {@link dev.weft.benchmarks.peer.TestIdentity}
     * @param loops on how many event loops
     * @return the port
     */
    int start(Service service, Path identity, int loops) throws Exception;
}
