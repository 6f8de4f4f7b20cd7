package dev.weft.cli;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import dev.weft.EventLoopMXBean;
import dev.weft.EventLoops;
import dev.weft.EventLoopsMXBean;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.RuntimeMBeanException;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Another JVM on this machine, of the same user, in which Weft runs: looked into through the JVM's own local management agent. Nothing is
 * loaded into it but what it has on its class path anyway.
 */
final class TargetJvm implements AutoCloseable {
    private final long pid;
    private final JMXConnector connector;
    private final MBeanServerConnection beans;
    private final EventLoopsMXBean all;

    private TargetJvm(long pid, JMXConnector connector, MBeanServerConnection beans, EventLoopsMXBean all) {
        this.pid = pid;
        this.connector = connector;
        this.beans = beans;
        this.all = all;
    }

    /** What is done with a JVM that may end at any moment. */
    interface Look {
        int at(TargetJvm target) throws IOException, JMException, CliException, InterruptedException;
    }

    /**
     * Connects, looks, and lets go again.
     *
     * @throws CliException if there is no such JVM, it cannot be looked into, or it ended meanwhile
     */
    static int look(long pid, Look look) throws CliException, InterruptedException {
        try (TargetJvm target = connect(pid)) {
            return look.at(target);
        } catch (IOException | JMException | UndeclaredThrowableException e) {
            throw lost(pid, e);
        } catch (RuntimeMBeanException e) {
            throw CliException.script("process %d cannot be looked into: %s".formatted(pid, e.getCause()));
        }
    }

    private static CliException lost(long pid, Exception failure) {
        if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()) {
            return CliException.script("process %d has ended".formatted(pid));
        }
        Throwable cause = failure instanceof UndeclaredThrowableException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        return CliException.script("the connection to process %d was lost: %s".formatted(pid, oneLine(cause)));
    }

    @SuppressWarnings(
            "BanJNDI") // the address is the one that the process itself has just told, and no name to be looked up
    private static TargetJvm connect(long pid) throws CliException, IOException, JMException {
        ensureJvm(pid);
        JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(agent(pid)));
        try {
            MBeanServerConnection beans = connector.getMBeanServerConnection();
            var name = new ObjectName("dev.weft:type=EventLoops");
            try {
                // The program pays for being looked at only now. Does nothing but to make an object of a class that is
                // there.
                beans.createMBean(EventLoops.class.getName(), name);
            } catch (InstanceAlreadyExistsException there) {
                // somebody has looked before
            }
            return new TargetJvm(pid, connector, beans, JMX.newMXBeanProxy(beans, name, EventLoopsMXBean.class));
        } catch (ReflectionException noSuchClass) {
            connector.close();
            throw CliException.script(
                    ("process %d is no Weft program (or has Weft in a class loader of its own: then it has to be"
                                    + " started with -Dweft.jmx=true)")
                            .formatted(pid));
        } catch (IOException | JMException e) {
            connector.close();
            throw e;
        }
    }

    /** Attaching begins with a signal that ends what is no JVM. */
    private static void ensureJvm(long pid) throws CliException {
        if (pid == ProcessHandle.current().pid()) {
            throw CliException.usage("process %d is this very command".formatted(pid));
        }
        ProcessHandle process = ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .orElseThrow(() -> CliException.script("there is no process %d".formatted(pid)));
        if (VirtualMachine.list().stream().anyMatch(jvm -> jvm.id().equals(Long.toString(pid)))) {
            return;
        }
        Path maps = Path.of("/proc", Long.toString(pid), "maps");
        boolean jvm = false;
        if (Files.exists(maps)) {
            try (Stream<String> lines = Files.lines(maps)) {
                jvm = lines.anyMatch(line -> line.endsWith("/libjvm.so"));
            } catch (IOException | java.io.UncheckedIOException hidden) {
                throw notPermitted(process);
            }
        }
        if (!jvm) {
            throw process.info().user().equals(ProcessHandle.current().info().user())
                    ? CliException.script("process %d is no Java program".formatted(pid))
                    : notPermitted(process);
        }
    }

    private static CliException notPermitted(ProcessHandle process) {
        return CliException.script("no permission to look into process %d%s: run weft as the same user"
                .formatted(
                        process.pid(),
                        process.info()
                                .user()
                                .map(user -> ", which is of " + user)
                                .orElse("")));
    }

    private static String agent(long pid) throws CliException {
        try {
            VirtualMachine jvm = VirtualMachine.attach(Long.toString(pid));
            try {
                return jvm.startLocalManagementAgent();
            } finally {
                jvm.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw CliException.script("process %d cannot be attached to: %s".formatted(pid, oneLine(e)));
        } catch (IOException e) {
            ProcessHandle process = ProcessHandle.of(pid).orElse(null);
            if (process == null || !process.isAlive()) {
                throw CliException.script("process %d has ended".formatted(pid));
            }
            if (!process.info().user().equals(ProcessHandle.current().info().user())) {
                throw notPermitted(process);
            }
            throw CliException.script("process %d cannot be looked into: %s".formatted(pid, oneLine(e)));
        }
    }

    private static String oneLine(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("").strip();
    }

    /**
     * The loops that run.
     *
     * @throws CliException if none does
     */
    List<EventLoopMXBean> loops() throws JMException, CliException {
        var loops = new ArrayList<EventLoopMXBean>();
        for (String name : all.loops()) {
            loops.add(JMX.newMXBeanProxy(beans, new ObjectName(name), EventLoopMXBean.class));
        }
        if (loops.isEmpty()) {
            throw CliException.script("no event loop runs in process %d".formatted(pid));
        }
        return loops;
    }

    /** What keeps the JVM alive besides its loops. */
    List<EventLoopMXBean.Holding> holdings() {
        return all.holdings();
    }

    /** The JVM's own dump of its threads. */
    String threads() throws IOException, JMException {
        return (String) beans.invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "threadPrint",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    }

    /** Whether it has stopped since its bean was made: no error, there are others. */
    static boolean isGone(UndeclaredThrowableException failure) {
        return failure.getCause() instanceof InstanceNotFoundException;
    }

    @Override
    public void close() throws IOException {
        try {
            connector.close();
        } catch (IOException gone) {
            // It has ended, or ends; what was to be seen was seen.
        }
    }
}
