package dev.weft.internal.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.ArrayDeque;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Two threads add two entries each, the second of them takes what is there in between: all arrive once, each thread's in order. */
@JCStressTest
@Outcome(
        id = {"abcd", "acbd", "acdb", "cabd", "cadb", "cdab"},
        expect = ACCEPTABLE,
        desc = "all of them, in an order that keeps each thread's")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "lost, doubled or out of order")
@State
public class InboxOrderStress {
    private final Inbox inbox = new Inbox();
    private final ArrayDeque<Object> ready = new ArrayDeque<>();
    private final StringBuilder trail = new StringBuilder();

    @Actor
    public void first() {
        add('a');
        add('b');
    }

    @Actor
    public void loop() {
        add('c');
        inbox.drainTo(ready);
        add('d');
        inbox.drainTo(ready);
    }

    @Arbiter
    public void all(L_Result result) {
        inbox.drainTo(ready);
        ready.forEach(entry -> ((LoopEntry) entry).run());
        result.r1 = trail.toString();
    }

    private void add(char name) {
        inbox.add(() -> trail.append(name));
    }
}
