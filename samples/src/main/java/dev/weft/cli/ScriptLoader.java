package dev.weft.cli;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.Map;

/** Loads a script's classes from memory, and what {@code --class-path} names from there. */
final class ScriptLoader extends URLClassLoader {
    private final Map<String, byte[]> classes;

    ScriptLoader(CompiledScript script, URL[] classPath, ClassLoader parent) {
        super(classPath, parent);
        this.classes = script.classes();
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = classes.get(name);
        return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
    }
}
