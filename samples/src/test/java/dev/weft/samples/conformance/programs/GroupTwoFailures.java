package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** Failures during the shutdown of a group are collected, in the order they happened. */
final class GroupTwoFailures implements Program {
    private void fails(int ms) {
        sleep(millis(ms));
        throw new Boom("first");
    }

    private void failsWhenCancelled(String name, int ms) {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            sleep(millis(ms));
            trace(name, "fails too");
            throw new Boom(name);
        }
    }

    @Override
    public void main() {
        try {
            taskGroup(group -> {
                group.createTask(() -> failsWhenCancelled("slow", 20));
                group.createTask(() -> failsWhenCancelled("quick", 10));
                group.createTask(() -> fails(10));
            });
        } catch (ExceptionGroup errors) {
            trace("group failed with", errors);
        }
    }
}
