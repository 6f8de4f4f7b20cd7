//JAVA 25+
//DEPS dev.weft:weft-runtime-io:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.io.*;
import java.io.IOException;

import static dev.weft.Asyncio.*;

/** A chat over TCP: whoever says their name hears what the others say. Two guests of its own come and go. */
class Chatter extends LineProtocol {
    private final Map<String, Chatter> chatters;
    private String name;

    Chatter(Map<String, Chatter> chatters) {
        this.chatters = chatters;
    }

    @Override
    public void connectionMade(BaseTransport transport) {
        super.connectionMade(transport);
        sendLine("What is your name?".getBytes());
    }

    @Override
    protected void lineReceived(byte[] line) {
        if (name == null) {
            enter(new String(line));
        } else {
            tellOthers("<" + name + "> " + new String(line));
        }
    }

    private void enter(String wanted) {
        if (chatters.containsKey(wanted)) {
            sendLine("Taken, please choose another.".getBytes());
            return;
        }
        name = wanted;
        chatters.put(name, this);
        sendLine(("Welcome, " + name + "!").getBytes());
        tellOthers(name + " has joined");
    }

    @Override
    public void connectionLost(Exception exception) {
        if (name != null) {
            chatters.remove(name);
            tellOthers(name + " has left");
        }
    }

    private void tellOthers(String message) {
        for (var chatter : chatters.values()) {
            if (chatter != this) {
                chatter.sendLine(message.getBytes());
            }
        }
    }
}

record Guest(String name, Streams streams, Frames lines) {
    static Guest come(String name, int port) throws IOException {
        var streams = Net.openConnection("127.0.0.1", port);
        var guest = new Guest(name, streams, streams.reader().frames(Framing.line()));
        guest.hear();
        guest.say(name);
        guest.hear();
        return guest;
    }

    void hear() throws IOException {
        IO.println(name + " hears: " + new String(lines.next().orElseThrow()));
    }

    void say(String line) {
        streams.writer().writeFrame(Framing.line(), line.getBytes());
    }
}

void main() throws IOException {
    run(() -> {
        var chatters = new LinkedHashMap<String, Chatter>();
        var server = Net.createServer(() -> new Chatter(chatters), "127.0.0.1", 0);

        var ada = Guest.come("ada", server.port());
        var bob = Guest.come("bob", server.port());
        ada.hear();
        bob.say("hello, all");
        ada.hear();
        ada.say("hello, bob");
        bob.hear();
        bob.streams().close();
        ada.hear();
        ada.streams().close();
        server.close();
        server.waitClosed();
    });
}
