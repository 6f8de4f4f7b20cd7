"""Servers in CPython's asyncio: `net_peer.py streams|protocols|uvloop echo|tls|idle CERTIFICATE KEY` says `port NUMBER` and serves until its input ends."""

import asyncio
import os
import resource
import ssl
import sys
import threading

PIECE = 64 * 1024


async def echo(reader, writer):
    try:
        while data := await reader.read(PIECE):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


async def serve(how, service, certificate, key):
    context = None
    if service == "tls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    if how == "streams":
        server = await asyncio.start_server(echo, "127.0.0.1", 0, backlog=1024, ssl=context)
    else:
        server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0, backlog=1024, ssl=context)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def watch():
    sys.stdin.read()
    os._exit(0)


if sys.argv[1] == "uvloop":
    import uvloop

    uvloop.install()
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
threading.Thread(target=watch, daemon=True).start()
asyncio.run(serve(*sys.argv[1:]))
