//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//DEPS redis.clients:jedis:6.2.0
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import redis.clients.jedis.Jedis;

import static dev.weft.Asyncio.*;

/** Redis through its ordinary blocking client: one task waits for an item, another sends it. The argument is the server's port, 6379 if none. */
<T> T blocking(Coroutine<T> call) throws Exception {
    // In portable mode a call that blocks would hold the loop up, so there it goes to a thread.
    return getRunningLoop().mode() == EventLoop.Mode.CONFINED ? call.call() : toThread(call::call);
}

void main(String[] args) throws Exception {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 6379;
    run(() -> {
        var consumer = createTask(() -> blocking(() -> {
            try (var redis = new Jedis("127.0.0.1", port)) {
                return redis.blpop(10, "weft:letters").get(1);
            }
        }));
        int ticks = 0;
        while (ticks < 5) { // the consumer waits in the client, and the loop goes on
            sleep(millis(10));
            ticks++;
        }
        IO.println(consumer.done() ? "who sent that?" : "waiting, after " + ticks + " ticks");
        blocking(() -> {
            try (var redis = new Jedis("127.0.0.1", port)) {
                return redis.rpush("weft:letters", "hello from a task");
            }
        });
        IO.println("received: " + consumer.await());
    });
}
