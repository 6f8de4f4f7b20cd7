//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//DEPS redis.clients:jedis:6.2.0
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.XAutoClaimParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntry;

import static dev.weft.Asyncio.*;

/**
 * When one machine is not enough: the same workers in several processes, over a Redis stream. Each takes jobs as a member of one consumer
 * group and acknowledges what is done; what a worker that died had taken is claimed by the others once it lies too long. A job may so be
 * run twice, but none is lost.
 *
 * <pre>
 * redis_workers.java PORT produce JOBS       puts jobs into the stream
 * redis_workers.java PORT work NAME JOBS     works, four jobs at a time, until so many are done; says what it takes
 * redis_workers.java PORT hang NAME          takes jobs and never ends them: to be killed
 * </pre>
 */
static final String STREAM = "weft:jobs";
static final String GROUP = "workers";
static final String DONE = "weft:done";
static final int TOO_LONG_MILLIS = 400;
static final int AT_ONCE = 4;

/** A worker's connection: one task at a time may use it. */
final class Jobs implements AutoCloseable {
    private final Jedis redis;
    private final Lock lock = new Lock();
    private final String worker;

    Jobs(int port, String worker) {
        redis = new Jedis("127.0.0.1", port);
        this.worker = worker;
        try {
            redis.xgroupCreate(STREAM, GROUP, new StreamEntryID(0, 0), true);
        } catch (JedisDataException another) {
            if (!another.getMessage().startsWith("BUSYGROUP")) {
                throw another;
            }
        }
    }

    /** Jobs that nobody has, or else jobs of somebody who has had them for too long. */
    List<StreamEntry> take(int count) throws Exception {
        return exclusively(() -> {
            var fresh = redis.xreadGroup(
                    GROUP, worker, XReadGroupParams.xReadGroupParams().count(count), Map.of(STREAM, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
            return fresh != null && !fresh.isEmpty()
                    ? fresh.getFirst().getValue()
                    : redis.xautoclaim(STREAM, GROUP, worker, TOO_LONG_MILLIS, new StreamEntryID(0, 0), new XAutoClaimParams().count(count))
                            .getValue();
        });
    }

    /** The result and the acknowledgement together, so that a job that counts as done has its result. */
    void done(StreamEntry job) throws Exception {
        exclusively(() -> {
            var both = redis.multi();
            both.hset(DONE, job.getFields().get("number"), worker);
            both.xack(STREAM, GROUP, job.getID());
            return both.exec();
        });
    }

    long countDone() throws Exception {
        return exclusively(() -> redis.hlen(DONE));
    }

    private <T> T exclusively(Coroutine<T> call) throws Exception {
        return lock.run(() -> getRunningLoop().mode() == EventLoop.Mode.CONFINED ? call.call() : toThread(call::call));
    }

    @Override
    public void close() {
        redis.close();
    }
}

void work(int port, String name, int all) throws Exception {
    try (var jobs = new Jobs(port, name)) {
        int mine = 0;
        while (jobs.countDone() < all) {
            var taken = jobs.take(AT_ONCE);
            if (taken.isEmpty()) {
                sleep(millis(50));
                continue;
            }
            new TaskGroup().run(group -> {
                for (var job : taken) {
                    group.createTask(() -> {
                        sleep(millis(10)); // the work
                        jobs.done(job);
                    });
                }
            });
            mine += taken.size();
        }
        IO.println(name + " did " + mine);
    }
}

void hang(int port, String name) throws Exception {
    try (var jobs = new Jobs(port, name)) {
        List<StreamEntry> taken;
        while ((taken = jobs.take(AT_ONCE)).isEmpty()) {
            sleep(millis(10));
        }
        IO.println(name + " took " + taken.stream().map(job -> job.getFields().get("number")).toList());
        sleep(seconds(3600));
    }
}

void produce(int port, int count) {
    try (var redis = new Jedis("127.0.0.1", port)) {
        for (int i = 1; i <= count; i++) {
            redis.xadd(STREAM, StreamEntryID.NEW_ENTRY, Map.of("number", Integer.toString(i)));
        }
        IO.println("produced " + count);
    }
}

void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    switch (args[1]) {
        case "produce" -> produce(port, Integer.parseInt(args[2]));
        case "work" -> run(() -> work(port, args[2], Integer.parseInt(args[3])));
        case "hang" -> run(() -> hang(port, args[2]));
        default -> throw new IllegalArgumentException("produce, work or hang, not " + args[1]);
    }
}
