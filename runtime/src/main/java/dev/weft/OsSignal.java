package dev.weft;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The only place that touches {@code sun.misc.Signal}: Java has no supported way to handle a signal. By reflection, since javac warns of
 * any other use with a warning that cannot be switched off. Handlers run on a thread of the JDK's.
 *
 * <p>The handlers of one signal form a stack, of which the last one handles. They may be taken back in any order; with the last of them
 * goes back what was there before the first.
 */
final class OsSignal {
    private static final Map<String, Stack> STACKS = new HashMap<>(); // guarded by itself

    private final String name;
    private final Object proxy;

    private OsSignal(String name, Runnable handler) {
        this.name = name;
        proxy = Proxy.newProxyInstance(
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
    }

    /** The handlers of one signal, oldest first, and what was there before. */
    private record Stack(Object signal, Object before, List<OsSignal> handlers) {}

    /**
     * Handles a signal from now on.
     *
     * @param name without {@code SIG}
     * @return what takes the handler back
     * @throws IllegalArgumentException if the name is unknown, or the JVM or the system keeps the signal for itself
     */
    static OsSignal handle(String name, Runnable handler) {
        var handled = new OsSignal(name, handler);
        synchronized (STACKS) {
            Stack stack = STACKS.get(name);
            if (stack == null) {
                Object signal = Api.newSignal(name);
                Object before = Api.handle(signal, handled.proxy);
                stack = new Stack(signal, before, new ArrayList<>());
                STACKS.put(name, stack);
            } else {
                Api.handle(stack.signal, handled.proxy);
            }
            stack.handlers.add(handled);
        }
        return handled;
    }

    /** As {@link #handle}, but only where nobody else handles the signal; {@code null} if somebody does, or it cannot be handled. */
    static @Nullable OsSignal handleIfDefault(String name, Runnable handler) {
        synchronized (STACKS) {
            if (STACKS.containsKey(name)) {
                return null;
            }
            OsSignal handled;
            try {
                handled = handle(name, handler);
            } catch (IllegalArgumentException e) {
                return null; // kept by the JVM (-Xrs), or unknown to this system
            }
            Stack stack = STACKS.get(name);
            if (stack != null && isDefault(stack.before)) {
                return handled;
            }
            handled.restore();
            return null;
        }
    }

    /** Refuses a name that no signal of this system has. */
    static void checkName(String name) {
        Api.newSignal(name);
    }

    /** Takes the handler back. May be repeated. */
    void restore() {
        synchronized (STACKS) {
            Stack stack = STACKS.get(name);
            if (stack == null || !stack.handlers.contains(this)) {
                return;
            }
            boolean last = stack.handlers.getLast() == this;
            stack.handlers.remove(this);
            if (stack.handlers.isEmpty()) {
                STACKS.remove(name);
                Api.handle(stack.signal, stack.before);
            } else if (last) {
                Api.handle(stack.signal, stack.handlers.getLast().proxy);
            }
        }
    }

    /** The JDK's own handler, which ends the JVM, counts as default. */
    private static boolean isDefault(Object disposition) {
        return disposition == Api.DEFAULT || disposition.getClass().getName().startsWith("sun.misc.Signal$");
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
