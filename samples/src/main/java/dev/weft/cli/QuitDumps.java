package dev.weft.cli;

import dev.weft.Asyncio;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Has the program's tasks printed on SIGQUIT, after the JVM's own dump of its threads. The JVM keeps that signal to itself, but tells native
 * agents (JVMTI's event {@code DataDumpRequest}); with the foreign function interface Java code can be such an agent, and none has to be
 * loaded. Once there is an agent, the JVM tells it of each switch of a virtual thread, which makes those slower: hence in debug mode only.
 */
@SuppressWarnings("restricted") // that is what it takes
final class QuitDumps {
    private static final int JVMTI_VERSION = 0x30010200; // 1.2
    private static final int GET_ENV = 6; // in the table of the JNI's invocation interface
    private static final int SET_EVENT_NOTIFICATION_MODE = 1; // in JVMTI's table, the one after the function's number
    private static final int SET_EVENT_CALLBACKS = 121;
    private static final int FIRST_EVENT = 50;
    private static final int DATA_DUMP_REQUEST = 71;
    private static final int ENABLE = 1;
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;

    private final Linker linker = Linker.nativeLinker();

    private QuitDumps() {}

    /** Says so on standard error if that is not possible here. */
    static void install() {
        try {
            new QuitDumps().listen();
        } catch (Throwable e) {
            System.err.println("weft: on SIGQUIT tasks will not be printed (weft dump PID does that as well): " + e);
        }
    }

    private void listen() throws Throwable {
        Arena forEver = Arena.global();
        MemorySegment agent = agent(forEver);
        MethodHandle onDump = MethodHandles.lookup()
                .findStatic(QuitDumps.class, "dumpRequested", MethodType.methodType(void.class, MemorySegment.class));
        int count = DATA_DUMP_REQUEST - FIRST_EVENT + 1;
        MemorySegment callbacks = forEver.allocate(POINTER, count);
        callbacks.setAtIndex(
                POINTER, count - 1, linker.upcallStub(onDump, FunctionDescriptor.ofVoid(POINTER), forEver));
        check("SetEventCallbacks", (int) function(
                        agent,
                        SET_EVENT_CALLBACKS,
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, POINTER, POINTER, ValueLayout.JAVA_INT))
                .invokeExact(agent, callbacks, (int) callbacks.byteSize()));
        check("SetEventNotificationMode", (int) function(
                        agent,
                        SET_EVENT_NOTIFICATION_MODE,
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, POINTER, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, POINTER),
                        Linker.Option.firstVariadicArg(4))
                .invokeExact(agent, ENABLE, DATA_DUMP_REQUEST, MemorySegment.NULL));
    }

    /** What JVMTI calls an environment: this JVM's own, made anew. */
    private MemorySegment agent(Arena arena) throws Throwable {
        Path library = Path.of(System.getProperty("java.home"), "lib", "server", System.mapLibraryName("jvm"));
        if (!Files.exists(library)) {
            throw new UnsupportedOperationException("there is no " + library);
        }
        MethodHandle createdJvms = linker.downcallHandle(
                SymbolLookup.libraryLookup(library, arena)
                        .find("JNI_GetCreatedJavaVMs")
                        .orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, POINTER, ValueLayout.JAVA_INT, POINTER));
        MemorySegment result = arena.allocate(POINTER);
        MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
        check("JNI_GetCreatedJavaVMs", (int) createdJvms.invokeExact(result, 1, number));
        MemorySegment jvm = result.get(POINTER, 0);
        check("GetEnv", (int) function(
                        jvm,
                        GET_ENV,
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, POINTER, POINTER, ValueLayout.JAVA_INT))
                .invokeExact(jvm, result, JVMTI_VERSION));
        return result.get(POINTER, 0);
    }

    /** A function out of the table that such an object begins with a pointer to. */
    private MethodHandle function(
            MemorySegment object, int index, FunctionDescriptor signature, Linker.Option... options) {
        MemorySegment table = object.reinterpret(POINTER.byteSize()).get(POINTER, 0);
        MemorySegment entry =
                table.reinterpret((index + 1) * POINTER.byteSize()).getAtIndex(POINTER, index);
        return linker.downcallHandle(entry, signature, options);
    }

    private static void check(String what, int code) {
        if (code != 0) {
            throw new IllegalStateException(what + " failed with " + code);
        }
    }

    /** Called by the JVM, on the thread that serves signals, once it has printed its threads. May not throw. */
    @SuppressWarnings("unused") // by the JVM
    private static void dumpRequested(MemorySegment agent) {
        try {
            Thread.ofPlatform().daemon().name("weft-dump").start(() -> Asyncio.dumpTasks(System.err));
        } catch (Throwable e) {
            // No thread to be had; the JVM's own dump has to do.
        }
    }
}
