package dev.weft;

import jdk.jfr.FlightRecorder;

/**
 * Whether a flight recording runs. The places that have something to tell look at {@link #recording}, a plain field, and go no further while
 * it is false: the JVM's recorder is not even loaded then.
 */
final class Flight {
    /** Changed by the recorder's thread, seen by loops soon after: a few events at the begin of a recording may be missed. */
    static boolean recording;

    private static final boolean AVAILABLE =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();
    private static boolean listening;

    private Flight() {}

    /** Notices that the JVM's recorder was started since the last look. */
    static void look() {
        if (AVAILABLE) {
            Recorder.look();
        }
    }

    /** Refers to the recorder's classes, which need not be there. */
    private static final class Recorder {
        static synchronized void look() {
            if (!listening && FlightRecorder.isInitialized()) {
                listening = true;
                FlightEvents.listen();
            }
        }
    }

    /** From any thread. */
    static void recording(boolean on) {
        recording = on;
        for (EventLoop loop : RunningLoops.all()) {
            loop.updateTiming();
        }
    }
}
