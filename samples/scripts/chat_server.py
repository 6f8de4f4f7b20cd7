"""A chat over TCP: whoever says their name hears what the others say. Two guests of its own come and go."""

from twisted.internet import defer, endpoints, protocol, task
from twisted.protocols import basic


class Chatter(basic.LineReceiver):
    name = None

    def connectionMade(self):
        self.sendLine(b"What is your name?")

    def lineReceived(self, line):
        if self.name is None:
            self.enter(line.decode())
        else:
            self.tell_others(f"<{self.name}> {line.decode()}")

    def enter(self, name):
        if name in self.factory.chatters:
            self.sendLine(b"Taken, please choose another.")
            return
        self.name = name
        self.factory.chatters[name] = self
        self.sendLine(f"Welcome, {name}!".encode())
        self.tell_others(f"{name} has joined")

    def connectionLost(self, reason):
        if self.name is not None:
            del self.factory.chatters[self.name]
            self.tell_others(f"{self.name} has left")

    def tell_others(self, message):
        for chatter in self.factory.chatters.values():
            if chatter is not self:
                chatter.sendLine(message.encode())


class Guest(basic.LineReceiver):
    def __init__(self):
        self.heard = defer.DeferredQueue()

    def lineReceived(self, line):
        self.heard.put(line.decode())

    def say(self, line):
        self.sendLine(line.encode())


async def main(reactor):
    factory = protocol.Factory.forProtocol(Chatter)
    factory.chatters = {}
    port = await endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(factory)
    client = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port)

    async def come(name):
        guest = await endpoints.connectProtocol(client, Guest())
        print(f"{name} hears: {await guest.heard.get()}")
        guest.say(name)
        print(f"{name} hears: {await guest.heard.get()}")
        return guest

    ada = await come("ada")
    bob = await come("bob")
    print("ada hears:", await ada.heard.get())
    bob.say("hello, all")
    print("ada hears:", await ada.heard.get())
    ada.say("hello, bob")
    print("bob hears:", await bob.heard.get())
    bob.transport.loseConnection()
    print("ada hears:", await ada.heard.get())
    ada.transport.loseConnection()
    await port.stopListening()


task.react(lambda reactor: defer.ensureDeferred(main(reactor)))
