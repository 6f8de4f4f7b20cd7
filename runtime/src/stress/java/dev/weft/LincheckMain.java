package dev.weft;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;

/** Looks whether a class is linearisable: exits with 0 if no history was found that is not, with 1 otherwise. */
public final class LincheckMain {
    private static final int THREADS = 3;
    private static final int OPERATIONS = 3;

    /** The first run of each scenario has classes rewritten, which takes its time on a busy machine. Lincheck sets ten seconds, and its setter is for its own tests. */
    private static final long PATIENCE_MILLIS = 60_000;

    private LincheckMain() {}

    /** The class, how ("stress" or "model"), how many scenarios, and how often each. */
    public static void main(String[] arguments) throws ClassNotFoundException {
        Class<?> subject = Class.forName(arguments[0]);
        int scenarios = Integer.parseInt(arguments[2]);
        int invocations = Integer.parseInt(arguments[3]);
        boolean model = arguments[1].equals("model");
        try {
            check(
                    model
                            ? new ModelCheckingOptions()
                                    .invocationsPerIteration(invocations)
                                    // Not what is looked at, and much of it: what a handle asks its loop is one step.
                                    .addGuarantee(forClasses("dev.weft.EventLoop")
                                            .allMethods()
                                            .treatAsAtomic())
                            : new StressOptions().invocationsPerIteration(invocations),
                    scenarios,
                    subject);
        } catch (Throwable e) {
            e.printStackTrace(System.out);
            System.out.flush();
            Runtime.getRuntime().halt(1); // its threads may be stuck
        }
        System.out.println("linearisable");
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static void check(Options<?, ?> options, int scenarios, Class<?> subject) {
        options.threads(THREADS)
                .actorsPerThread(OPERATIONS)
                .actorsBefore(0)
                .actorsAfter(0)
                .iterations(scenarios)
                .invocationTimeout$lincheck(PATIENCE_MILLIS)
                .minimizeFailedScenario(false)
                .check(subject);
    }
}
