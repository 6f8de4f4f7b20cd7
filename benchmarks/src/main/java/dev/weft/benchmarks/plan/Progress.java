package dev.weft.benchmarks.plan;

import java.io.PrintStream;
import java.time.Duration;

/** A line on a terminal that says how far a long run has come, and how long it will take; plain lines where there is no terminal. */
public final class Progress {
    private static final int WIDTH = 30;

    private final PrintStream out;
    private final boolean terminal;
    private final double total;
    private final long began = System.nanoTime();
    private double done;

    /**
     * A run that begins.
     *
     * @param out where to
     * @param terminal whether that can overwrite its last line
     * @param total what all steps together weigh, in seconds
     */
    public Progress(PrintStream out, boolean terminal, double total) {
        this.out = out;
        this.terminal = terminal;
        this.total = total;
    }

    /**
     * A step begins.
     *
     * @param what which one
     */
    public void at(String what) {
        double part = total == 0 ? 1 : Math.min(1, done / total);
        double elapsed = (System.nanoTime() - began) / 1e9;
        String left = part > 0.02 ? time(elapsed / part - elapsed) + " left" : "about " + time(total) + " in all";
        if (terminal) {
            int filled = (int) (part * WIDTH);
            out.print("\r\033[K[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + left + "  " + what);
        } else {
            out.println(Math.round(part * 100) + "% " + left + "  " + what);
        }
        out.flush();
    }

    /**
     * A step is over.
     *
     * @param weight how much of the total it was
     */
    public void advance(double weight) {
        done += weight;
    }

    /** The run is over. */
    public void close() {
        if (terminal) {
            out.print("\r\033[K");
            out.flush();
        }
    }

    private static String time(double seconds) {
        Duration time = Duration.ofSeconds(Math.round(seconds));
        return time.toMinutes() > 0
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toSeconds() + " s";
    }
}
