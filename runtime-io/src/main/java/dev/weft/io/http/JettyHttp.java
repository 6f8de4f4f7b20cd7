package dev.weft.io.http;

/** The library that this package needs and Weft does not bring along. */
final class JettyHttp {
    private static final String NEEDED = "org.eclipse.jetty.http.HttpParser";

    private JettyHttp() {}

    /**
     * Says in one sentence what is missing, before something deep inside fails.
     *
     * @throws IllegalStateException if it is missing
     */
    static void require() {
        require(NEEDED, JettyHttp.class.getClassLoader());
    }

    static void require(String className, ClassLoader loader) {
        try {
            Class.forName(className, false, loader);
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "dev.weft.io.http needs jetty-http: add the dependency org.eclipse.jetty:jetty-http:12.1.x"
                            + " (on the module path also --add-modules org.eclipse.jetty.http)",
                    e);
        }
    }
}
