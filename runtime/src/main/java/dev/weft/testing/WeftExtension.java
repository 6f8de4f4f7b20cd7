package dev.weft.testing;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Behind {@link WeftTest}: makes one invocation of the test method for each seed. Not for direct use. */
@SuppressWarnings("exports") // whoever uses this has JUnit; a transitive dependency would force it on everybody else
public final class WeftExtension implements TestTemplateInvocationContextProvider {
    private static final String SEED = "weft.seed";

    /** For JUnit. */
    public WeftExtension() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), WeftTest.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        WeftTest test = AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), WeftTest.class)
                .orElseThrow();
        check(test);
        if (test.seed() < 0 && test.seeds() == 1) {
            return Stream.of(new Invocation(test, -1, new AtomicBoolean()));
        }
        Long only = Long.getLong(SEED);
        long first = only != null ? only : Math.max(0, test.seed());
        long count = only != null ? 1 : test.seeds();
        // Asked for one by one: after a failure there is no next one.
        var failed = new AtomicBoolean();
        return LongStream.range(first, first + count)
                .takeWhile(seed -> !failed.get())
                .mapToObj(seed -> new Invocation(test, seed, failed));
    }

    private static void check(WeftTest test) {
        if (test.seeds() < 1 || test.seed() < -1) {
            throw new ExtensionConfigurationException("@WeftTest needs seeds >= 1 and seed >= 0, got seeds=%d seed=%d"
                    .formatted(test.seeds(), test.seed()));
        }
        if (test.clock() == WeftTest.Clock.REAL && (test.seeds() > 1 || test.seed() >= 0)) {
            throw new ExtensionConfigurationException(
                    "@WeftTest with a seed needs clock=VIRTUAL: on real time nothing runs the same way twice");
        }
    }

    private record Invocation(WeftTest test, long seed, AtomicBoolean failed) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return seed < 0 ? test.clock() == WeftTest.Clock.VIRTUAL ? "virtual time" : "real time" : "seed " + seed;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new WeftInvocation(test, seed, () -> failed.set(true)));
        }
    }
}
