package dev.weft;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.weft.internal.coroutine.UsersCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows of the architecture, and the marks on what suspends. */
final class ArchitectureTest {
    private static final JavaClasses WEFT = new ClassFileImporter().importPath(Path.of("target/classes"));

    /**
     * The classes of the package {@code dev.weft} above its core, lowest layer first; each may use those before it. A class
     * that is not listed belongs to the core (loop, futures, tasks), below all of them.
     */
    private static final List<Set<String>> LAYERS = List.of(
            // structure: groups, waiting for several, cancellation scopes
            Set.of(
                    "TaskGroup",
                    "Timeout",
                    "Shield",
                    "Waiting",
                    "Waited",
                    "Gather",
                    "AsCompleted",
                    "TaskStart",
                    "Race",
                    "BoundedMap",
                    "PeriodicTask"),
            // sync
            Set.of(
                    "Waiters",
                    "Lock",
                    "Event",
                    "Condition",
                    "Semaphore",
                    "BoundedSemaphore",
                    "Barrier",
                    "CapacityLimiter",
                    "LimitedJob"),
            // queues and channels
            Set.of(
                    "Queue",
                    "LifoQueue",
                    "PriorityQueue",
                    "Channel",
                    "ChannelOptions",
                    "Overflow",
                    "Conduit",
                    "Slots",
                    "ThreadSlots",
                    "ThreadInlet",
                    "Sender",
                    "LoopSender",
                    "ThreadSender",
                    "Receiver",
                    "Select",
                    "Selection",
                    "SelectClauses"),
            // facade
            Set.of("Asyncio", "CallGraphs", "Runner", "RunOptions", "Interrupts", "ExitHook"));

    private static final int LONGEST_WAY = 4;

    /** Unmarked callers that are right: who calls whom. */
    private static final Set<List<String>> FREE = Set.of(
            // Of all tasks only the new one runs meanwhile, as if its body had been called.
            List.of("dev.weft.EventLoop.newTask", "dev.weft.Task.startEagerly"),
            // Suspends if its body does, and the exception handler may not.
            List.of("dev.weft.EventLoop.callExceptionHandler", "dev.weft.Context.run"));

    @Test
    void coroutines_knowNoLoopAndNoTask() {
        noClasses()
                .that()
                .resideInAPackage("dev.weft.internal.coroutine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.weft", "dev.weft.testing..", "dev.weft.internal.loop..")
                .check(WEFT);
    }

    @Test
    void loop_knowsNoTaskAndNoFuture() {
        noClasses()
                .that()
                .resideInAPackage("dev.weft.internal.loop..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.weft", "dev.weft.testing..")
                .check(WEFT);
    }

    @Test
    void runtime_doesNotKnowItsTestSupport() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.weft.testing..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.weft.testing..")
                .check(WEFT);
    }

    @Test
    void testSupport_usesWhatUsersCanUse() {
        noClasses()
                .that()
                .resideInAPackage("dev.weft.testing..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.weft.internal..")
                .check(WEFT);
    }

    @Test
    void packages_haveNoCycles() {
        slices().matching("dev.(weft..)").should().beFreeOfCycles().check(WEFT);
    }

    @Test
    void runtime_dependsOnTheJdkAndSlf4jAlone() {
        classes()
                .that()
                .resideOutsideOfPackage("dev.weft.testing..") // may use JUnit
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.weft..",
                        "java..",
                        "javax.management..",
                        "jdk.jfr..",
                        "sun.misc",
                        "jdk.management",
                        "com.sun.management", // exported by the module jdk.management, too
                        "org.slf4j..",
                        "org.jspecify..")
                .check(WEFT);
    }

    @Test
    void publicSignatures_nameOnlyWhatUsersCanSee() {
        var hidden = new TreeSet<String>();
        for (JavaClass type : WEFT) {
            if (!isExported(type)) {
                continue;
            }
            for (JavaCodeUnit codeUnit : type.getCodeUnits()) {
                if (isVisible(codeUnit.getModifiers())) {
                    Stream.concat(
                                    codeUnit.getReturnType().getAllInvolvedRawTypes().stream(),
                                    codeUnit.getParameterTypes().stream()
                                            .flatMap(parameter -> parameter.getAllInvolvedRawTypes().stream()))
                            .filter(named -> named.getPackageName().startsWith("dev.weft") && !isExported(named))
                            .forEach(named -> hidden.add(codeUnit.getFullName() + " names " + named.getName()));
                }
            }
        }
        assertEquals(Set.of(), hidden);
    }

    /** Whether users of the module can name this type. */
    private static boolean isExported(JavaClass type) {
        return !type.getPackageName().contains(".internal")
                && isVisible(type.getModifiers())
                && type.getEnclosingClass().map(ArchitectureTest::isExported).orElse(true);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    @Test
    void layers_useOnlyThoseBelow() {
        var upward = new TreeSet<String>();
        for (JavaClass user : WEFT) {
            if (!user.getPackageName().equals("dev.weft")) {
                continue;
            }
            user.getDirectDependenciesFromSelf().stream()
                    .filter(dependency -> layer(dependency.getTargetClass()) > layer(user))
                    .forEach(dependency -> upward.add(dependency.getDescription()));
        }
        assertEquals(Set.of(), upward);
    }

    /** A thread that the loop has gone on without comes back through these: see {@code UsersCode}. */
    @Test
    void methodsThatAskAfterUsersCode_doAsk() {
        var silent = new TreeSet<String>();
        for (String name : UsersCode.askAfterwards()) {
            boolean asks = WEFT.stream()
                    .flatMap(type -> type.getCodeUnits().stream())
                    .filter(codeUnit -> name(codeUnit).equals(name))
                    .anyMatch(codeUnit -> calls(codeUnit, Set.of("fallIn", "checkThread"), LONGEST_WAY));
            if (!asks) {
                silent.add(name);
            }
        }
        assertEquals(Set.of(), silent);
    }

    private static boolean calls(JavaCodeUnit codeUnit, Set<String> wanted, int depth) {
        for (JavaCall<?> call : codeUnit.getCallsFromSelf()) {
            if (wanted.contains(call.getTarget().getName())) {
                return true;
            }
            if (depth > 1
                    && call.getTargetOwner().getPackageName().equals("dev.weft")
                    && call.getTarget()
                            .resolveMember()
                            .filter(JavaCodeUnit.class::isInstance)
                            .filter(member -> calls((JavaCodeUnit) member, wanted, depth - 1))
                            .isPresent()) {
                return true;
            }
        }
        return false;
    }

    @Test
    void suspends_everyCallerOfAMarkedMethod_isMarkedToo() {
        assertEquals(List.of(), unmarkedCallers(WEFT));
    }

    /**
     * Calls of a method marked {@code @Suspends} out of one that is not. A call in a lambda or an anonymous class is free: it
     * is up to whoever gets that object which task runs it.
     */
    private static List<String> unmarkedCallers(JavaClasses classes) {
        var found = new ArrayList<String>();
        for (JavaClass type : classes) {
            for (JavaCall<?> call : type.getCodeUnitCallsFromSelf()) {
                boolean suspends = call.getTarget()
                        .resolveMember()
                        .filter(ArchitectureTest::isMarked)
                        .isPresent();
                if (suspends
                        && !call.isDeclaredInLambda()
                        && !type.isAnonymousClass()
                        && !isMarked(call.getOrigin())
                        && !FREE.contains(List.of(name(call.getOrigin()), name(call.getTarget())))) {
                    found.add(call.getDescription());
                }
            }
        }
        return found;
    }

    private static String name(JavaCodeUnit codeUnit) {
        return codeUnit.getOwner().getName() + "." + codeUnit.getName();
    }

    private static String name(AccessTarget target) {
        return target.getOwner().getName() + "." + target.getName();
    }

    private static boolean isMarked(JavaCodeUnit codeUnit) {
        return codeUnit.isAnnotatedWith(Suspends.class);
    }

    private static int layer(JavaClass type) {
        String name = outermost(type).getSimpleName();
        for (int i = 0; i < LAYERS.size(); i++) {
            if (type.getPackageName().equals("dev.weft") && LAYERS.get(i).contains(name)) {
                return i + 1;
            }
        }
        return 0;
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }
}
