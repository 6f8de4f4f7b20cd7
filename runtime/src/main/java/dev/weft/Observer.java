package dev.weft;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once a second whether somebody wants to see inside: lets the beans of loops come and go, and notices when a flight recording begins.
 * On a daemon thread of its own, so that a program which nobody looks at pays nothing at its start, and its loops nothing at all.
 */
final class Observer {
    static final String THREAD = "weft-observer";
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final String[] REMOTE_MANAGEMENT = {
        "com.sun.management.jmxremote", "com.sun.management.jmxremote.port"
    };

    private static boolean started;

    private enum Beans {
        NEVER,
        LATER,
        AT_ONCE
    }

    private Observer() {}

    /** A loop begins to run. */
    static void loopRuns() {
        Flight.look();
        if (beans() == Beans.AT_ONCE) {
            LoopBeans.refresh();
        }
        start();
    }

    private static synchronized void start() {
        if (!started) {
            started = true;
            Thread.ofPlatform().daemon().name(THREAD).start(Observer::watch);
        }
    }

    private static void watch() {
        while (true) {
            try {
                Thread.sleep(INTERVAL);
                Flight.look();
                if (beans() != Beans.NEVER) {
                    LoopBeans.refresh();
                }
            } catch (InterruptedException nobodyDoesThat) {
                // The thread is a daemon's: it ends with the JVM.
            } catch (Throwable e) {
                LOG.warn("management tools cannot be served any longer", e);
                return;
            }
        }
    }

    /** What was asked for may change while the program runs. */
    private static Beans beans() {
        if (ModuleLayer.boot().findModule("java.management").isEmpty()) {
            return Beans.NEVER;
        }
        String wanted = System.getProperty("weft.jmx");
        if (wanted != null) {
            return Boolean.parseBoolean(wanted) ? Beans.AT_ONCE : Beans.NEVER;
        }
        for (String property : REMOTE_MANAGEMENT) {
            if (System.getProperty(property) != null) {
                return Beans.AT_ONCE;
            }
        }
        return Beans.LATER;
    }
}
