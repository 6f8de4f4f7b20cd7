package dev.weft.io;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.weft.Suspends;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The arrows of the architecture, and the marks on what suspends. */
final class ArchitectureTest {
    private static final JavaClasses IO = new ClassFileImporter().importPath(Path.of("target/classes"));

    @Test
    void io_usesOfTheRuntimeWhatUsersCanUse() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.weft.internal..", "dev.weft.testing..")
                .allowEmptyShould(true)
                .check(IO);
    }

    @Test
    void io_dependsOnTheRuntimeTheJdkAndSlf4jAlone() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.weft..", "java..", "javax.net..", "org.slf4j..", "org.jspecify..")
                .allowEmptyShould(true)
                .check(IO);
    }

    @Test
    void packages_haveNoCycles() {
        slices().matching("dev.weft.(io..)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(IO);
    }

    @Test
    void suspends_everyCallerOfAMarkedMethod_isMarkedToo() {
        var unmarked = new TreeSet<String>();
        for (JavaClass type : IO) {
            for (JavaCall<?> call : type.getCodeUnitCallsFromSelf()) {
                boolean suspends = call.getTarget()
                        .resolveMember()
                        .filter(member -> member.isAnnotatedWith(Suspends.class))
                        .isPresent();
                // In a lambda or an anonymous class it is up to whoever gets that object which task runs it.
                if (suspends
                        && !call.isDeclaredInLambda()
                        && !type.isAnonymousClass()
                        && !call.getOrigin().isAnnotatedWith(Suspends.class)) {
                    unmarked.add(call.getDescription());
                }
            }
        }
        assertEquals(List.of(), List.copyOf(unmarked));
    }
}
