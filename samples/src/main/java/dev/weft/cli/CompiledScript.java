package dev.weft.cli;

import java.util.Map;

/**
 * A script after the compiler: what to load and where to start.
 *
 * @param mainClass binary name of the first top-level class of the file
 * @param classes class files by binary name
 */
record CompiledScript(String mainClass, Map<String, byte[]> classes) {
    CompiledScript {
        if (!classes.containsKey(mainClass)) {
            throw new IllegalArgumentException("main class %s is not among %s".formatted(mainClass, classes.keySet()));
        }
        classes = Map.copyOf(classes);
    }
}
