"""A protocol that prints what becomes of its connection, and a client that gives it something to print."""

from twisted.internet import defer, endpoints, protocol, task
from twisted.protocols import basic


class Printing(basic.LineReceiver):
    def connectionMade(self):
        print("connected from", self.transport.getPeer().host)

    def lineReceived(self, line):
        print("received:", line.decode())
        self.sendLine(b"got " + line)

    def connectionLost(self, reason):
        print("connection lost")
        self.factory.lost.callback(None)


class Talking(basic.LineReceiver):
    def __init__(self, lines):
        self.lines = lines

    def connectionMade(self):
        self.sendLine(self.lines.pop(0))

    def lineReceived(self, line):
        print("answered:", line.decode())
        if self.lines:
            self.sendLine(self.lines.pop(0))
        else:
            self.transport.loseConnection()


async def main(reactor):
    factory = protocol.Factory.forProtocol(Printing)
    factory.lost = defer.Deferred()
    port = await endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(factory)
    client = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port)
    await endpoints.connectProtocol(client, Talking([b"one", b"two"]))
    await factory.lost
    await port.stopListening()


task.react(lambda reactor: defer.ensureDeferred(main(reactor)))
