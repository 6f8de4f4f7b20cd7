package dev.weft;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * The only place that touches {@code sun.misc.Signal}: Java has no supported way to handle a signal. By reflection, since javac warns of
 * any other use with a warning that cannot be switched off. Handlers run on a thread of the JDK's.
 */
final class OsSignal {
    private final Object signal;
    private final Object previous;

    private OsSignal(Object signal, Object previous) {
        this.signal = signal;
        this.previous = previous;
    }

    /**
     * Handles a signal from now on.
     *
     * @return what puts the previous disposition back
     * @throws IllegalArgumentException if the name is unknown, or the JVM or the system keeps the signal for itself
     */
    static OsSignal handle(String name, Runnable handler) {
        Object proxy = Proxy.newProxyInstance(
                OsSignal.class.getClassLoader(), new Class<?>[] {Api.HANDLER}, (self, method, arguments) -> {
                    return switch (method.getName()) {
                        case "hashCode" -> System.identityHashCode(self);
                        case "equals" -> arguments != null && self == arguments[0];
                        case "toString" -> "Weft's handler of " + name;
                        default -> {
                            handler.run();
                            yield null;
                        }
                    };
                });
        Object signal = Api.newSignal(name);
        return new OsSignal(signal, Api.handle(signal, proxy));
    }

    /** As {@link #handle}, but only where nobody else handles the signal; {@code null} if somebody does, or it cannot be handled. */
    static @Nullable OsSignal handleIfDefault(String name, Runnable handler) {
        OsSignal handled;
        try {
            handled = handle(name, handler);
        } catch (IllegalArgumentException e) {
            return null; // kept by the JVM (-Xrs), or unknown to this system
        }
        if (handled.replacedDefault()) {
            return handled;
        }
        handled.restore();
        return null;
    }

    void restore() {
        Api.handle(signal, previous);
    }

    /** The JDK's own handler, which ends the JVM, counts as default. */
    private boolean replacedDefault() {
        return previous == Api.DEFAULT || previous.getClass().getName().startsWith("sun.misc.Signal$");
    }

    private static final class Api {
        static final Class<?> HANDLER;
        static final Object DEFAULT;
        private static final Class<?> SIGNAL;
        private static final Method HANDLE;

        static {
            try {
                SIGNAL = Class.forName("sun.misc.Signal");
                HANDLER = Class.forName("sun.misc.SignalHandler");
                HANDLE = SIGNAL.getMethod("handle", SIGNAL, HANDLER);
                DEFAULT = HANDLER.getField("SIG_DFL").get(null);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        static Object newSignal(String name) {
            try {
                return SIGNAL.getConstructor(String.class).newInstance(name);
            } catch (InvocationTargetException e) {
                throw Throwables.rethrow(e.getTargetException());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("sun.misc.Signal is not what it was", e);
            }
        }

        static Object handle(Object signal, Object handler) {
            try {
                return HANDLE.invoke(null, signal, handler);
            } catch (InvocationTargetException e) {
                throw Throwables.rethrow(e.getTargetException());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("sun.misc.Signal is not what it was", e);
            }
        }
    }
}
