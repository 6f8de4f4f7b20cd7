package dev.weft;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The shielded sections, one inside the other, that a task is in, and the requests to stop that wait for their ends.
 *
 * <p>A request comes from a depth: 0 for everybody outside the task, the depth at its entry for a scope (a timeout, a task group)
 * that the task is in. It takes effect where the task is no deeper than that, so that a timeout inside a shielded section works and
 * one around it waits. Requests made before a section, or held back by it, do not count for the scopes inside.
 */
final class Shields {
    private int depth;
    /** By depth: how many of the task's requests do not count there. */
    private int[] hidden = new int[2];
    /** By depth: whether a cancellation waits to be delivered there. */
    private boolean[] pending = new boolean[2];

    private @Nullable String message;

    int depth() {
        return depth;
    }

    int hidden() {
        return hidden[depth];
    }

    /** The message of the request that was held back last. */
    @Nullable
    String message() {
        return message;
    }

    /** One deeper: nothing that was asked before counts there; what was not delivered yet is kept for the way back. */
    void enter(int requests, boolean undelivered, @Nullable String undeliveredMessage) {
        pending[depth] = undelivered;
        if (undelivered) {
            message = undeliveredMessage;
        }
        depth++;
        if (depth == hidden.length) {
            hidden = Arrays.copyOf(hidden, 2 * depth);
            pending = Arrays.copyOf(pending, 2 * depth);
        }
        hidden[depth] = requests;
        pending[depth] = false;
    }

    /** One less deep. Returns whether a cancellation is to be delivered now. */
    boolean leave() {
        depth--;
        return pending[depth];
    }

    /** Keeps a request from less deep until the task is back there. */
    void holdBack(int from, @Nullable String requestMessage) {
        pending[from] = true;
        message = requestMessage;
        for (int deeper = from + 1; deeper <= depth; deeper++) {
            hidden[deeper]++;
        }
    }

    /** All requests were taken back. */
    void withdraw() {
        Arrays.fill(pending, false);
        Arrays.fill(hidden, 0);
    }
}
