//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//DEPS com.h2database:h2:2.4.240
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.h2.tools.Server;

import static dev.weft.Asyncio.*;

/**
 * A database over JDBC, used straight from tasks: the driver blocks, and that parks the task alone. The database is H2 behind a TCP socket;
 * any other driver that speaks over java.net sockets goes as well.
 */
Connection connect(int port) throws SQLException {
    return DriverManager.getConnection("jdbc:h2:tcp://127.0.0.1:" + port + "/mem:shop;DB_CLOSE_DELAY=-1", "sa", "");
}

/** In portable mode a call that blocks would hold the loop up, so there it goes to a thread. */
<T> T blocking(Coroutine<T> call) throws Exception {
    return getRunningLoop().mode() == EventLoop.Mode.CONFINED ? call.call() : toThread(call::call);
}

/** An order, placed in a transaction that takes the database a while. */
int order(int port, String item) throws Exception {
    return blocking(() -> {
        try (var connection = connect(port)) {
            connection.setAutoCommit(false);
            try (var insert = connection.prepareStatement("insert into orders(item) values (?)");
                    var slow = connection.prepareStatement("call pause(150)")) {
                insert.setString(1, item);
                slow.execute();
                int rows = insert.executeUpdate();
                connection.commit();
                return rows;
            }
        }
    });
}

int count(int port) throws Exception {
    return blocking(() -> {
        try (var connection = connect(port);
                var query = connection.createStatement();
                var result = query.executeQuery("select count(*) from orders")) {
            result.next();
            return result.getInt(1);
        }
    });
}

void main() throws Exception {
    var database = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
    try (var connection = connect(database.getPort());
            var statement = connection.createStatement()) {
        statement.execute("create table orders(id int auto_increment primary key, item varchar)");
        statement.execute("create alias pause for 'java.lang.Thread.sleep(long)'");
        run(() -> {
            var ticks = new int[1];
            var ticker = createTask(() -> {
                while (true) {
                    sleep(millis(10));
                    ticks[0]++;
                }
            });
            int port = database.getPort();
            var rows = gather(() -> order(port, "tea"), () -> order(port, "milk"), () -> order(port, "cups")).await();
            ticker.cancel();
            IO.println("rows inserted: " + rows);
            IO.println("orders: " + count(port));
            IO.println(ticks[0] >= 5 ? "the loop went on meanwhile" : "the loop stood still: " + ticks[0] + " ticks");
        });
    } finally {
        database.stop();
    }
}
