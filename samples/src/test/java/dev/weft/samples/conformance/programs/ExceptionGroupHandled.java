package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.NoSuchElementException;

/** Handling some kinds of a group: what nobody handles goes on as a group of the same shape. */
final class ExceptionGroupHandled implements Program {
    private void fails(RuntimeException error, int ms) {
        try {
            sleep(millis(ms));
        } catch (CancelledError cancelled) {
            // Goes on to fail with an error of its own.
        }
        throw error;
    }

    private void groupOf(RuntimeException first, RuntimeException second) {
        taskGroup(group -> {
            group.createTask(() -> fails(first, 0));
            group.createTask(() -> fails(second, 1));
        });
    }

    private void handled(Throwable error) {
        trace("handled", error);
    }

    @Override
    public void main() {
        try {
            groupOf(new Boom("a"), new IllegalArgumentException("b"));
        } catch (ExceptionGroup group) {
            group.handle(Boom.class, this::handled)
                    .handle(IllegalArgumentException.class, this::handled)
                    .rethrow();
        }
        trace("nothing is left");
        try {
            try {
                groupOf(new Boom("a"), new NoSuchElementException("c"));
            } catch (ExceptionGroup group) {
                group.handle(Boom.class, this::handled).rethrow();
            }
        } catch (ExceptionGroup rest) {
            trace("left", rest);
        }
    }
}
