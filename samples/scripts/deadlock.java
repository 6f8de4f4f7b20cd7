//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;

import static dev.weft.Asyncio.*;

/** Two transfers lock the same two accounts in opposite orders: Weft says who waits for whom, instead of hanging. */
class Account {
    final String name;
    final Lock lock = new Lock();
    int balance = 100;

    Account(String name) {
        this.name = name;
    }
}

void transfer(Account from, Account to, int amount) {
    try (var _ = from.lock.hold()) {
        IO.println("took " + from.name);
        sleep(millis(10)); // asks the bank
        try (var _ = to.lock.hold()) {
            from.balance -= amount;
            to.balance += amount;
        }
    }
}

void main() {
    var alice = new Account("Alice's account");
    var bob = new Account("Bob's account");
    run(() -> taskGroup(group -> {
        group.createTask(() -> transfer(alice, bob, 10), "Alice pays Bob");
        group.createTask(() -> transfer(bob, alice, 20), "Bob pays Alice");
    }));
}
