"""A proxy: whatever comes in goes to another server, and the answer back. The server behind it, and a client, are its own."""

from twisted.internet import defer, endpoints, protocol, task
from twisted.protocols import basic, portforward


class Shouting(basic.LineReceiver):
    def lineReceived(self, line):
        print("behind the proxy:", line.decode())
        self.sendLine(line.upper())


class Client(basic.LineReceiver):
    def __init__(self):
        self.answers = defer.DeferredQueue()

    def lineReceived(self, line):
        self.answers.put(line.decode())


async def main(reactor):
    shouting = protocol.Factory.forProtocol(Shouting)
    behind = await endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(shouting)
    proxy = portforward.ProxyFactory("127.0.0.1", behind.getHost().port)
    front = await endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(proxy)

    endpoint = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", front.getHost().port)
    client = await endpoints.connectProtocol(endpoint, Client())
    for line in ("hello", "is anybody there?"):
        client.sendLine(line.encode())
        print("the answer:", await client.answers.get())
    client.transport.loseConnection()
    await front.stopListening()
    await behind.stopListening()


task.react(lambda reactor: defer.ensureDeferred(main(reactor)))
