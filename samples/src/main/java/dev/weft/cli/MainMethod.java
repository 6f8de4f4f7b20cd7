package dev.weft.cli;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * The main method of a class, found and started by the launch protocol of JEP 512 (JLS 12.1.4): {@code main(String[])}
 * before {@code main()}, declared or inherited, static or not, anything but private.
 */
final class MainMethod {
    private final Method method;
    /** Makes the object that an instance main runs on; null for a static one. */
    private final @Nullable Constructor<?> constructor;

    private MainMethod(Method method, @Nullable Constructor<?> constructor) {
        this.method = method;
        this.constructor = constructor;
    }

    /**
     * Finds the main method.
     *
     * @throws CliException if there is none, or none that can be started
     */
    static MainMethod of(Class<?> type) throws CliException {
        Method method = find(type, String[].class);
        if (method == null) {
            method = find(type);
        }
        if (method == null) {
            throw CliException.script("no main method in class %s: expected void main() or void main(String[] args)"
                    .formatted(type.getName()));
        }
        method.setAccessible(true);
        return new MainMethod(method, Modifier.isStatic(method.getModifiers()) ? null : constructor(type));
    }

    /**
     * Runs it.
     *
     * @throws Throwable whatever the program throws, as it was thrown
     */
    void invoke(String[] args) throws Throwable {
        try {
            Object receiver = constructor == null ? null : constructor.newInstance();
            if (method.getParameterCount() == 0) {
                method.invoke(receiver);
            } else {
                method.invoke(receiver, (Object) args);
            }
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static @Nullable Method find(Class<?> type, Class<?>... parameters) {
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            try {
                Method method = c.getDeclaredMethod("main", parameters);
                if (isCandidate(method, type)) {
                    return method;
                }
            } catch (NoSuchMethodException e) {
                // Look further up.
            }
        }
        try {
            Method method = type.getMethod("main", parameters); // a default method of an interface
            return isCandidate(method, type) ? method : null;
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    private static boolean isCandidate(Method method, Class<?> type) {
        int modifiers = method.getModifiers();
        if (Modifier.isPrivate(modifiers) || Modifier.isAbstract(modifiers) || method.getReturnType() != void.class) {
            return false;
        }
        boolean packagePrivate = !Modifier.isPublic(modifiers) && !Modifier.isProtected(modifiers);
        return !packagePrivate || method.getDeclaringClass().getPackageName().equals(type.getPackageName());
    }

    private static Constructor<?> constructor(Class<?> type) throws CliException {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            if (!Modifier.isPrivate(constructor.getModifiers()) && !Modifier.isAbstract(type.getModifiers())) {
                constructor.setAccessible(true);
                return constructor;
            }
        } catch (NoSuchMethodException e) {
            // Told below, with the other reasons.
        }
        throw CliException.script(
                "class %s has an instance main method, but no non-private constructor without parameters to call it on"
                        .formatted(type.getName()));
    }
}
