"""Sends back what it is sent, wherever a description says: tcp, ssl, unix, systemd... A client of its own tries it."""

import sys

from twisted.internet import defer, endpoints, protocol, task


class Echo(protocol.Protocol):
    def dataReceived(self, data):
        self.transport.write(data)


class Question(protocol.Protocol):
    def __init__(self):
        self.answer = defer.Deferred()

    def connectionMade(self):
        self.transport.write(b"hello")

    def dataReceived(self, data):
        self.transport.loseConnection()
        self.answer.callback(data)


async def main(reactor):
    description = sys.argv[1] if len(sys.argv) > 1 else "tcp:0:interface=127.0.0.1"
    server = endpoints.serverFromString(reactor, description)
    port = await server.listen(protocol.Factory.forProtocol(Echo))

    client = endpoints.clientFromString(reactor, f"tcp:127.0.0.1:{port.getHost().port}:timeout=15")
    question = await endpoints.connectProtocol(client, Question())
    print("the answer is", (await question.answer).decode())
    await port.stopListening()


task.react(lambda reactor: defer.ensureDeferred(main(reactor)))
