package dev.weft.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test method for JUnit Jupiter that runs as the main task of a loop of its own, on virtual time unless it wants otherwise. In place
 * of {@code @Test}.
 *
 * <pre>{@code
 * @WeftTest
 * void retry_twoFailures_waitsLonger(TestLoop loop) {
 *     retry(flaky(2));
 *     assertEquals(seconds(3).toNanos(), loop.time());
 * }
 * }</pre>
 *
 * <p>The method may have parameters of the types {@link TestLoop} (or {@link dev.weft.EventLoop}), {@link VirtualClock} (or
 * {@link dev.weft.LoopClock}), {@link Sequencer}, {@link Trail} and {@link SimNet}; so may the {@code @BeforeEach} and {@code @AfterEach} methods, which
 * run outside the loop and see the same objects.
 *
 * <p>With {@link #seeds}, the test runs once for each seed, each time on a new instance of its class and under another schedule, as by
 * {@link ScheduleExplorer}, until one fails. The system property {@code weft.seed} has such tests run under that seed alone.
 */
@SuppressWarnings("exports") // whoever uses this has JUnit; a transitive dependency would force it on everybody else
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@TestTemplate
@ExtendWith(WeftExtension.class)
public @interface WeftTest {
    /** Whose time the loop has. */
    enum Clock {
        /** A {@link VirtualClock}: it stands still while anything can run. */
        VIRTUAL,
        /** The machine's. */
        REAL
    }

    /**
     * The first seed. Without it, and without {@link #seeds}, the order is asyncio's: first come, first served.
     *
     * @return the seed, not negative; -1 for none
     */
    long seed() default -1;

    /**
     * Under how many seeds the test runs, from {@link #seed}, or else 0, on.
     *
     * @return the number, at least 1
     */
    int seeds() default 1;

    /**
     * Whose time the loop has.
     *
     * @return the clock
     */
    Clock clock() default Clock.VIRTUAL;

    /**
     * Whether what is left over fails the test: pending tasks, timers, transports and open channels, generators that are not at their end,
     * and failures that nobody looked at, each with where it was made. On virtual time, so does waiting in real time
     * ({@link TestLoop#strict}). Otherwise what is left is cancelled and dropped.
     *
     * @return whether it does
     */
    boolean strict() default true;
}
