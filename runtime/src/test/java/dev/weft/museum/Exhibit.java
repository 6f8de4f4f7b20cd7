package dev.weft.museum;

import java.nio.file.Path;
import java.util.List;

/**
 * A bug that another runtime had.
 *
 * @param number its number, in the names of the tests too
 * @param priority {@code P0} or {@code P1}
 * @param title where it was, and what happened
 * @param tests what shows that it is not here; the first one is run against the mutants
 * @param mutants each makes the test fail
 * @param remark why there is no test, or no mutant; empty if there are
 */
record Exhibit(int number, String priority, String title, List<TestName> tests, List<Mutant> mutants, String remark) {
    /** A test method: {@code Class#method} in a module. */
    record TestName(String module, String className, String method) {
        @Override
        public String toString() {
            return className.substring(className.lastIndexOf('.') + 1) + "#" + method;
        }

        Path file(Path root) {
            return root.resolve(module).resolve("src/test/java").resolve(className.replace('.', '/') + ".java");
        }
    }
}
