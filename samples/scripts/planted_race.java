//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;

import static dev.weft.Asyncio.*;

/**
 * Sells the last seat twice, but hardly ever: Bob has to come in the very moment in which Alice's bank answers, and to be served before
 * her. Run as it is, it goes well. "weft explore --seeds 1..2000 planted_race.java" finds the order in which it does not.
 */
int seats = 1;

void buy(String who) {
    if (seats == 0) {
        IO.println(who + " is too late");
        return;
    }
    sleep(millis(10)); // asks the bank; what was true before need not be true after
    seats--;
    IO.println(who + " has a seat");
}

void main() {
    run(() -> {
        taskGroup(group -> {
            group.createTask(() -> buy("Alice"), "Alice");
            group.createTask(
                    () -> {
                        sleep(millis(10));
                        buy("Bob");
                    },
                    "Bob");
        });
        if (seats < 0) {
            throw new IllegalStateException("sold " + -seats + " seat too many");
        }
    });
}
