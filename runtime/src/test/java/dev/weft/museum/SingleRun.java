package dev.weft.museum;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherFactory;

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
        var outcomes = new Outcomes();
        LauncherFactory.create().execute(request().selectors(selectors).build(), outcomes);
        exit(outcomes.anyPassed ? 0 : 2);
    }

    /** The first failure ends the run: the others have nothing to add. */
    private static final class Outcomes implements TestExecutionListener {
        private boolean anyPassed;

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                System.out.println(test.getDisplayName());
                result.getThrowable().ifPresent(failure -> failure.printStackTrace(System.out));
                exit(1);
            }
            anyPassed |= test.isTest() && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
        }
    }

    /** Not by returning: what a mutant breaks may keep threads alive. */
    private static void exit(int code) {
        System.out.flush();
        Runtime.getRuntime().halt(code);
    }
}
