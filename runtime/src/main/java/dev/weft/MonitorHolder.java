package dev.weft;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who holds the monitor that a thread waits to enter. The JVM tells that of virtual threads only in a dump of all of them, which is written to a
 * file: not for a hot path.
 *
 * @param id the holder's {@link Thread#threadId}
 * @param name its name
 */
record MonitorHolder(long id, String name) {
    private static final Pattern HEAD = Pattern.compile("#(\\d+) \"(.*?)\" .*");
    private static final Pattern WAITING = Pattern.compile("\\s*- waiting to lock <(.+)>");
    private static final Pattern LOCKED = Pattern.compile("\\s*- locked <(.+)>");

    /** Returns null if nobody holds it, or this JVM does not say. */
    static @Nullable MonitorHolder of(Thread waiting) {
        try {
            HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            Path folder = Files.createTempDirectory("weft-threads"); // its owner's only
            Path dump = folder.resolve("dump.txt");
            try {
                bean.dumpThreads(dump.toAbsolutePath().toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
                try (Stream<String> lines = Files.lines(dump)) {
                    return find(waiting.threadId(), lines);
                }
            } finally {
                Files.deleteIfExists(dump);
                Files.delete(folder);
            }
        } catch (IOException | RuntimeException e) {
            return null; // another JVM, or no place to write: the rest of the report does without
        }
    }

    static @Nullable MonitorHolder find(long waiting, Stream<String> dump) {
        var holders = new HashMap<String, MonitorHolder>();
        var wanted = new @Nullable String[1];
        var current = new @Nullable MonitorHolder[1];
        dump.forEach(line -> {
            Matcher head = HEAD.matcher(line);
            MonitorHolder thread = current[0];
            if (head.matches()) {
                current[0] = new MonitorHolder(Long.parseLong(head.group(1)), head.group(2));
            } else if (thread != null) {
                note(line, thread, waiting, holders, wanted);
            }
        });
        String monitor = wanted[0];
        return monitor == null ? null : holders.get(monitor);
    }

    private static void note(
            String line,
            MonitorHolder thread,
            long waiting,
            Map<String, MonitorHolder> holders,
            @Nullable String[] wanted) {
        Matcher locked = LOCKED.matcher(line);
        if (locked.matches()) {
            holders.put(locked.group(1), thread);
            return;
        }
        Matcher waits = WAITING.matcher(line);
        if (thread.id == waiting && waits.matches()) {
            wanted[0] = waits.group(1);
        }
    }
}
