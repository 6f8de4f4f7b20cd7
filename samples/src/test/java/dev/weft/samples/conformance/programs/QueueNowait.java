package dev.weft.samples.conformance.programs;

import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.Arrays;

/** The forms that never wait say so when they would have to. */
final class QueueNowait implements Program {
    @Override
    public void main() {
        var queue = new Queue<String>(2);
        try {
            queue.getNowait();
        } catch (QueueEmptyException error) {
            trace("get", error);
        }
        queue.putNowait("a");
        queue.putNowait(null);
        try {
            queue.putNowait("c");
        } catch (QueueFullException error) {
            trace("put", error);
        }
        trace("size", queue.qsize(), "full", queue.full(), "maxsize", queue.maxsize());
        trace(Arrays.asList(queue.getNowait(), queue.getNowait()), "empty", queue.empty());
    }
}
