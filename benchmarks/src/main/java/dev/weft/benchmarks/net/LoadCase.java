package dev.weft.benchmarks.net;

/**
 * A way to load a server.
 *
 * @param load with what
 * @param parameters the case, for people
 * @param connections on how many connections; 0 for as many as the load thinks right
 * @param size of a message, in bytes; 0 if it has its own
 * @param depth requests under way on each connection
 */
record LoadCase(Load load, String parameters, int connections, int size, int depth) {
    static LoadCase echo(int connections, int size, int depth) {
        return new LoadCase(
                Load.ECHO,
                "connections=" + connections + " size=" + size + " depth=" + depth,
                connections,
                size,
                depth);
    }

    static LoadCase tls(int connections, int size) {
        return new LoadCase(Load.TLS, "connections=" + connections + " size=" + size, connections, size, 1);
    }

    static LoadCase handshake() {
        return new LoadCase(Load.HANDSHAKE, "handshake", 0, 0, 1);
    }

    static LoadCase http(int connections, int depth) {
        return new LoadCase(Load.HTTP, "connections=" + connections + " depth=" + depth, connections, 0, depth);
    }

    String command(int port, long millis) {
        return load + " " + port + " " + connections + " " + size + " " + depth + " " + millis;
    }
}
