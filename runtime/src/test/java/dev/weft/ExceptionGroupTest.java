package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** {@link ExceptionGroup}, {@link ErrorGroup} and what they have in common. */
final class ExceptionGroupTest {
    private final IOException io = new IOException("io");
    private final TimeoutException timeout = new TimeoutException("timeout");
    private final IllegalStateException state = new IllegalStateException("state");
    private final AssertionError error = new AssertionError("error");
    private final List<String> trail = new ArrayList<>();

    // Conformance 478: ../test_exception_group.py::BadConstructorArgs::test_bad_EG_construction__bad_excs_sequence
    @Test
    void construction_noMembersOrWrongOnes_isRejected() {
        assertThrows(IllegalArgumentException.class, () -> new ExceptionGroup("eg", List.of()));
        assertThrows(IllegalArgumentException.class, () -> new ErrorGroup("eg", List.of()));
        assertThrows(IllegalArgumentException.class, () -> ThrowableGroup.of("eg", List.of()));
        assertThrows(NullPointerException.class, () -> new ExceptionGroup("eg", Arrays.asList(io, null)));
        // ../test_exception_group.py::InstanceCreation::test_EG_wraps_BaseException__raises_TypeError
        assertThrows(IllegalArgumentException.class, () -> new ExceptionGroup("eg", List.of(io, error)));
        var errors = new ErrorGroup("inner", List.of(error));
        assertThrows(IllegalArgumentException.class, () -> new ExceptionGroup("eg", List.of(io, errors)));
    }

    // Conformance 480: ../test_exception_group.py::InstanceCreation::test_BEG_wraps_BaseException__creates_BEG
    @Test
    void of_errorsAmongTheLeaves_isAnErrorGroup() {
        assertEquals(
                ExceptionGroup.class,
                ThrowableGroup.of("eg", List.of(io, state)).getClass());
        assertEquals(
                ErrorGroup.class, ThrowableGroup.of("eg", List.of(io, error)).getClass());
        ThrowableGroup inner = ThrowableGroup.of("inner", List.of(error));
        assertEquals(
                ErrorGroup.class,
                ThrowableGroup.of("eg", List.of(io, inner.asThrowable())).getClass());
        // An error group is an error: `catch (Exception e)` must not see it.
        assertTrue(Error.class.isAssignableFrom(ErrorGroup.class));
        assertTrue(RuntimeException.class.isAssignableFrom(ExceptionGroup.class));
    }

    @Test
    void exceptions_areACopyInOrder() {
        var members = new ArrayList<Throwable>(List.of(io, state));
        var group = new ExceptionGroup("eg", members);
        members.clear();
        assertEquals(List.of(io, state), group.exceptions());
        assertEquals("eg", group.getMessage());
        assertThrows(
                UnsupportedOperationException.class, () -> group.exceptions().clear());
    }

    @Test
    void stackTrace_showsTheMembers() {
        var group = new ExceptionGroup("several", List.of(io, new ExceptionGroup("nested", List.of(state))));
        assertEquals(io, group.getSuppressed()[0]);
        var text = new StringWriter();
        group.printStackTrace(new PrintWriter(text));
        for (String line : List.of("several", "Suppressed: java.io.IOException: io", "nested", "state")) {
            assertTrue(text.toString().contains(line), text.toString());
        }
    }

    // Conformance 479: ../test_exception_group.py::ExceptionGroupSplitTests::test_basics_split_by_predicate__match
    @Test
    void split_byType_givesMatchAndRestOfTheSameShape() {
        var inner = new ExceptionGroup("inner", List.of(state, io));
        var other = new ExceptionGroup("only timeouts", List.of(timeout));
        var whole = new ExceptionGroup("whole", List.of(io, inner, other));
        Split parts = whole.split(IOException.class::isInstance);
        assertEquals("whole[io, inner[io]]", shape(parts.match()));
        assertEquals("whole[inner[state], only timeouts[timeout]]", shape(parts.rest()));
        assertEquals("whole[io, inner[state, io], only timeouts[timeout]]", shape(whole));
    }

    // ../test_exception_group.py::ExceptionGroupSplitTests::test_basics_split_by_predicate__passthrough, __no_match
    @Test
    void split_allOrNothingMatches_givesTheVeryGroup() {
        var whole = new ExceptionGroup("whole", List.of(io, new ExceptionGroup("inner", List.of(state))));
        Split all = whole.split(e -> true);
        assertSame(whole, all.match());
        assertNull(all.rest());
        Split none = whole.split(e -> false);
        assertNull(none.match());
        assertSame(whole, none.rest());
        assertSame(whole, whole.split(e -> !(e instanceof ThrowableGroup)).match());
    }

    @Test
    void split_conditionHoldsForAnInnerGroup_takesItWhole() {
        var inner = new ExceptionGroup("inner", List.of(state, io));
        var whole = new ExceptionGroup("whole", List.of(io, inner));
        Split parts = whole.split(e -> "inner".equals(e.getMessage()));
        assertEquals("whole[inner[state, io]]", shape(parts.match()));
        assertEquals("whole[io]", shape(parts.rest()));
        assertSame(inner, notNull(parts.match()).exceptions().get(0));
    }

    @Test
    void split_parts_keepStackTraceAndCause() {
        var whole = new ExceptionGroup("whole", List.of(io, state));
        whole.initCause(timeout);
        Split parts = whole.split(IOException.class::isInstance);
        Throwable match = notNull(parts.match()).asThrowable();
        assertEquals(List.of(whole.getStackTrace()), List.of(match.getStackTrace()));
        assertSame(timeout, match.getCause());
    }

    @Test
    void split_ofAnErrorGroup_partsAreOfTheirOwnKind() {
        var whole = new ErrorGroup("whole", List.of(io, error));
        Split parts = whole.split(AssertionError.class::isInstance);
        assertInstanceOf(ErrorGroup.class, parts.match());
        assertInstanceOf(ExceptionGroup.class, parts.rest());
    }

    @Test
    void subgroup_nothingMatches_isNull() {
        var whole = new ExceptionGroup("whole", List.of(io, state));
        assertNull(whole.subgroup(TimeoutException.class::isInstance));
        ExceptionGroup matching = whole.subgroup(IOException.class::isInstance);
        assertEquals("whole[io]", shape(matching));
    }

    @Test
    void find_leavesOfAType_inOrderFromAllDepths() {
        var second = new IOException("second");
        var whole =
                new ExceptionGroup("whole", List.of(io, new ExceptionGroup("inner", List.of(state, second)), timeout));
        assertEquals(List.of(io, second), whole.find(IOException.class));
        assertEquals(List.of(io, state, second, timeout), whole.find(Exception.class));
        assertEquals(List.of(), whole.find(Error.class));
    }

    // ../test_exception_group.py::NestedExceptionGroupSubclassSplitTest::test_split_copies_notes_sequence (derive)
    @Test
    void derive_overridden_keepsTheClassOfTheParts() {
        final class HttpErrors extends ExceptionGroup {
            private static final long serialVersionUID = 1L;

            private final int status;

            HttpErrors(int status, List<? extends Throwable> members) {
                super("http", members);
                this.status = status;
            }

            @Override
            public ThrowableGroup derive(List<? extends Throwable> members) {
                return new HttpErrors(status, members);
            }
        }
        Split parts = new HttpErrors(502, List.of(io, state)).split(IOException.class::isInstance);
        assertEquals(502, assertInstanceOf(HttpErrors.class, parts.match()).status);
        assertEquals(502, assertInstanceOf(HttpErrors.class, parts.rest()).status);
    }

    @Test
    void handle_everyType_leavesNothingToRethrow() {
        var whole = new ExceptionGroup("whole", List.of(io, new ExceptionGroup("inner", List.of(state, io))));
        Unhandled left = whole.handle(IOException.class, e -> trail.add("io " + e.getMessage()))
                .handle(RuntimeException.class, e -> trail.add("runtime " + e.getMessage()))
                .handle(TimeoutException.class, e -> trail.add("never"));
        left.rethrow();
        assertNull(left.rest());
        assertEquals(List.of("io io", "io io", "runtime state"), trail);
    }

    @Test
    void handle_someTypes_rethrowsTheRestInTheSameShape() {
        var whole = new ExceptionGroup("whole", List.of(io, new ExceptionGroup("inner", List.of(state, timeout))));
        var rest = assertThrows(
                ExceptionGroup.class,
                () -> whole.handle(TimeoutException.class, e -> trail.add("handled"))
                        .handle(IOException.class, e -> trail.add("handled"))
                        .rethrow());
        assertEquals("whole[inner[state]]", shape(rest));
        assertEquals(List.of("handled", "handled"), trail);
    }

    @Test
    void handle_nothingMatches_rethrowsTheVeryGroup() {
        var whole = new ErrorGroup("whole", List.of(error));
        assertSame(
                whole,
                assertThrows(
                        ErrorGroup.class,
                        () -> whole.handle(IOException.class, e -> trail.add("never"))
                                .rethrow()));
    }

    @Test
    void handle_actionThrows_isThrownWithTheRest() {
        var whole = new ExceptionGroup("whole", List.of(io, timeout, state));
        var thrown = assertThrows(
                ExceptionGroup.class,
                () -> whole.handle(IOException.class, e -> {
                            throw new IllegalArgumentException("in the handler");
                        })
                        .handle(TimeoutException.class, e -> trail.add("handled"))
                        .rethrow());
        assertEquals("failures while handling a group[in the handler, whole[state]]", shape(thrown));
        assertEquals(List.of("handled"), trail);
    }

    @Test
    void handle_aGroupType_isRejected() {
        var whole = new ExceptionGroup("whole", List.of(io));
        assertThrows(IllegalArgumentException.class, () -> whole.handle(ExceptionGroup.class, e -> {}));
    }

    @Test
    void handle_everythingByPredicateOfALeafType_doesNotMatchTheGroupItself() {
        // The group is an Exception too, but handle is for what is in it.
        var whole = new ExceptionGroup("whole", List.of(io, state));
        whole.handle(Exception.class, e -> trail.add(String.valueOf(e.getMessage())))
                .rethrow();
        assertEquals(List.of("io", "state"), trail);
    }

    @Test
    void predicates_ofWiderType_areAccepted() {
        Predicate<Object> any = e -> e instanceof IOException;
        assertEquals("whole[io]", shape(new ExceptionGroup("whole", List.of(io, state)).subgroup(any)));
    }

    private static <T> T notNull(T value) {
        assertNotNull(value);
        return value;
    }

    private static String shape(Object failure) {
        if (failure instanceof ThrowableGroup group) {
            return group.getMessage()
                    + group.exceptions().stream().map(ExceptionGroupTest::shape).toList();
        }
        return failure instanceof Throwable leaf ? String.valueOf(leaf.getMessage()) : String.valueOf(failure);
    }
}
