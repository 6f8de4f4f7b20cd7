package dev.weft.museum;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs test methods, and exits with 0 if they passed, with 1 if one failed, with 2 if none ran. */
final class SingleRun {
    private SingleRun() {}

    static void main(String[] names) throws Exception {
        List<DiscoverySelector> selectors = new ArrayList<>();
        for (String name : names) {
            String[] parts = name.split("#", 2);
            Class<?> type = Class.forName(parts[0]);
            for (Method method : type.getDeclaredMethods()) {
                if (method.getName().equals(parts[1]) && !method.isSynthetic()) {
                    selectors.add(selectMethod(type, method));
                }
            }
        }
        var listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request().selectors(selectors).build(), listener);
        var summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true, System.out.charset()), 8);
        System.out.flush();
        boolean ran = summary.getTestsSucceededCount() + summary.getTotalFailureCount() > 0;
        // Not by returning: what a mutant breaks may keep threads alive.
        Runtime.getRuntime().halt(!ran ? 2 : summary.getTotalFailureCount() > 0 ? 1 : 0);
    }
}
