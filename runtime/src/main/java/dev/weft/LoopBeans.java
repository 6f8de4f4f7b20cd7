package dev.weft;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the beans of the loops that run. Needs the module {@code java.management}, so nothing refers to this class but {@link Observer},
 * once it has seen that module, and {@link EventLoops}, which only that module creates.
 */
final class LoopBeans {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final Map<EventLoop, ObjectName> REGISTERED = new HashMap<>();

    private LoopBeans() {}

    /**
     * Has exactly the loops that run now registered, and the bean for all of them. Loops of one name get a number each.
     *
     * @return the names of their beans
     */
    static synchronized List<String> refresh() {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        Set<EventLoop> running = new HashSet<>(List.of(RunningLoops.all()));
        REGISTERED.entrySet().removeIf(registered -> {
            boolean gone = !running.contains(registered.getKey());
            if (gone) {
                unregister(server, registered.getValue());
            }
            return gone;
        });
        var names = new ArrayList<String>();
        try {
            registerAll(server);
            for (EventLoop loop : RunningLoops.all()) {
                if (running.contains(loop)) {
                    names.add(register(server, loop).toString());
                }
            }
        } catch (JMException e) {
            LOG.warn("a loop could not be shown to management tools: {}", Describe.exception(e));
        }
        return names;
    }

    private static void registerAll(MBeanServer server) throws JMException {
        var name = new ObjectName("dev.weft:type=EventLoops");
        if (!server.isRegistered(name)) {
            try {
                server.registerMBean(new EventLoops(), name);
            } catch (InstanceAlreadyExistsException fromOutside) {
                // just now, by a tool
            }
        }
    }

    private static ObjectName register(MBeanServer server, EventLoop loop) throws JMException {
        ObjectName known = REGISTERED.get(loop);
        if (known != null) {
            return known;
        }
        for (int number = 1; ; number++) {
            String name = number == 1 ? loop.name() : loop.name() + "#" + number;
            var objectName = new ObjectName("dev.weft:type=EventLoop,name=" + ObjectName.quote(name));
            if (isPlain(name)) {
                objectName = new ObjectName("dev.weft:type=EventLoop,name=" + name);
            }
            if (REGISTERED.containsValue(objectName)) {
                continue;
            }
            try {
                server.registerMBean(new StandardMBean(new LoopBean(loop), EventLoopMXBean.class, true), objectName);
                REGISTERED.put(loop, objectName);
                return objectName;
            } catch (InstanceAlreadyExistsException taken) {
                // by another copy of this library, in another class loader
            }
        }
    }

    private static boolean isPlain(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> Character.isLetterOrDigit(c) || "-_.# ".indexOf(c) >= 0);
    }

    private static void unregister(MBeanServer server, ObjectName name) {
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException gone) {
            // somebody else was faster
        } catch (JMException e) {
            LOG.warn("the bean of a loop could not be removed: {}", Describe.exception(e));
        }
    }
}
