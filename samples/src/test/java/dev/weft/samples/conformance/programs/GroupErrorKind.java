package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** A failure outside Exception makes the other kind of group, which {@code catch (Exception)} does not catch. */
final class GroupErrorKind implements Program {
    private void fails(Throwable error, int ms) throws Exception {
        try {
            sleep(millis(ms));
        } catch (CancelledError cancelled) {
            trace("cancelled, fails with", error);
        }
        throw raise(error);
    }

    @Override
    public void main() {
        for (var errors : List.of(List.of(new Boom("a"), new Boom("b")), List.of(new Boom("a"), new Crash("b")))) {
            try {
                taskGroup(group -> {
                    for (int n = 0; n < errors.size(); n++) {
                        var error = errors.get(n);
                        int ms = 10 + n;
                        group.createTask(() -> fails(error, ms));
                    }
                });
            } catch (Exception caught) {
                trace("an exception:", caught);
            } catch (Throwable caught) {
                trace("not an exception:", caught);
            }
        }
    }
}
