"""A factory holds what the protocols of a server share: here, how many visitors there were."""

from twisted.internet import defer, endpoints, protocol, task


class Greeting(protocol.Protocol):
    def __init__(self, number):
        self.number = number

    def connectionMade(self):
        self.transport.write(f"You are visitor {self.number}.\n".encode())
        self.transport.loseConnection()


class VisitorFactory(protocol.Factory):
    def __init__(self):
        self.visitors = 0

    def buildProtocol(self, address):
        self.visitors += 1
        return Greeting(self.visitors)


class Visitor(protocol.Protocol):
    def __init__(self):
        self.heard = b""
        self.gone = defer.Deferred()

    def dataReceived(self, data):
        self.heard += data

    def connectionLost(self, reason):
        self.gone.callback(self.heard.decode())


async def main(reactor):
    factory = VisitorFactory()
    port = await endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(factory)
    client = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", port.getHost().port)
    for _ in range(3):
        visitor = await endpoints.connectProtocol(client, Visitor())
        print(await visitor.gone, end="")
    await port.stopListening()
    print("visitors:", factory.visitors)


task.react(lambda reactor: defer.ensureDeferred(main(reactor)))
