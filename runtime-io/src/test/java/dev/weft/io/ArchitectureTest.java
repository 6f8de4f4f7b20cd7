package dev.weft.io;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.weft.Suspends;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
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
                .resideInAnyPackage(
                        "dev.weft..", "java..", "javax.net..", "org.slf4j..", "org.jspecify..", "org.eclipse.jetty..")
                .allowEmptyShould(true)
                .check(IO);
    }

    @Test
    void publicSignatures_nameOnlyWhatUsersCanSee() {
        var hidden = new TreeSet<String>();
        for (JavaClass type : IO) {
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
    void jettyHttp_isUsedByTheHttpMachineryAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.weft.io.internal.http1")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty..")
                .check(IO);
    }

    /** What the machinery takes and throws, though public and hence in the public package. */
    private static final Set<String> HTTP_CONTRACTS = Set.of("Headers", "HttpProtocolException");

    @Test
    void httpMachinery_knowsNothingOfConnectionsServersAndClients() {
        noClasses()
                .that()
                .resideInAPackage("dev.weft.io.internal.http1")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "connections, servers and clients",
                        type -> (type.getPackageName().equals("dev.weft.io.http")
                                        && !HTTP_CONTRACTS.contains(type.getSimpleName()))
                                || type.getPackageName().equals("dev.weft.io")
                                || type.getPackageName().startsWith("dev.weft.io.internal.transport")))
                .check(IO);
    }

    @Test
    void streamsAndServers_knowNothingOfHttp() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.weft.io", "dev.weft.io.internal.transport..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.weft.io.http..", "dev.weft.io.internal.http1..")
                .check(IO);
    }

    /** What transports implement, call and throw: the bottom layer, though public and hence in the public package. */
    private static final Set<String> CONTRACTS = Set.of(
            "BaseProtocol",
            "BaseTransport",
            "BrokenPipeException",
            "BufferLimits",
            "BufferedProtocol",
            "ConnectionAbortedException",
            "ConnectionResetException",
            "DatagramProtocol",
            "DatagramTransport",
            "ExtraInfo",
            "Protocol",
            "ReadTransport",
            "SubprocessProtocol",
            "SubprocessTransport",
            "TlsOptions",
            "TlsTransport",
            "Transport",
            "TransportChannel",
            "WriteTransport");

    private static final DescribedPredicate<JavaClass> ABOVE_TRANSPORTS = DescribedPredicate.describe(
            "streams, servers and the facade",
            type -> type.getPackageName().equals("dev.weft.io") && !CONTRACTS.contains(type.getSimpleName()));

    @Test
    void transports_knowTheContractsButNothingBuiltOnThem() {
        noClasses()
                .that()
                .resideInAPackage("dev.weft.io.internal..")
                .should()
                .dependOnClassesThat(ABOVE_TRANSPORTS)
                .check(IO);
    }

    @Test
    void transports_doNotKnowWhetherTheyCarryTls() {
        noClasses()
                .that()
                .resideInAPackage("dev.weft.io.internal.transport..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.weft.io.internal.tls..")
                .check(IO);
    }

    @Test
    void contracts_dependOnNothingElse() {
        classes()
                .that(DescribedPredicate.describe("contracts", type -> CONTRACTS.contains(type.getSimpleName())))
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.describe(
                        "contracts or the JDK",
                        type -> !type.getPackageName().startsWith("dev.weft")
                                || CONTRACTS.contains(type.getSimpleName())))
                .check(IO);
    }

    @Test
    void webSocketCodec_knowsMessagesButNeitherStreamsNorTheLoop() {
        classes()
                .that()
                .resideInAPackage("dev.weft.io.internal.websocket")
                .should()
                .onlyDependOnClassesThat(
                        DescribedPredicate.describe(
                                "the codec's own, what it is made for, or the JDK",
                                type -> !type.getPackageName().startsWith("dev.weft")
                                        || type.getPackageName().equals("dev.weft.io.internal.websocket")
                                        || type.getName()
                                                .matches(
                                                        "dev\\.weft\\.io\\.websocket\\.(Message.*|CloseCode|WebSocketProtocolException)")))
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
