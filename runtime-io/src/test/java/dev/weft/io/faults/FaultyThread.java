package dev.weft.io.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;

/**
 * Runs scenarios in a thread of their own, for somebody outside who makes the calls of that thread fail. A main program. Each line it reads is a
 * scenario; "ready" is answered when the thread can be attached to, another line runs it, and the answer is what became of it.
 */
public final class FaultyThread {
    /** The thread's name, by which the system knows it. */
    public static final String NAME = "faulty-calls";

    /** What its answers begin with; all else is the log. */
    public static final String ANSWER = "answer: ";

    private FaultyThread() {}

    /** Until the end of the input. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            var scenario = FaultSweep.Name.valueOf(line);
            var go = new SynchronousQueue<String>();
            String[] outcome = {"nothing"};
            var named = new CountDownLatch(1);
            var thread = new Thread(() -> {
                Thread.currentThread().setName(NAME); // the system is told by the thread itself only
                named.countDown();
                try {
                    go.take();
                    outcome[0] = FaultSweep.outcome(scenario);
                } catch (Throwable e) {
                    outcome[0] = "the loop ended with " + e;
                }
            });
            thread.start();
            named.await();
            System.out.println(ANSWER + "ready");
            go.put(String.valueOf(input.readLine()));
            thread.join(30_000);
            System.out.println(ANSWER + (thread.isAlive() ? "hangs" : outcome[0]));
        }
        System.exit(0);
    }
}
