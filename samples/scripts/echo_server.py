"""Sends back whatever it is sent. Port 8000, or the one given; 0 picks a free one. Ctrl-C ends it."""

import asyncio
import sys


async def echo(reader, writer):
    try:
        while data := await reader.read(4096):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


async def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    server = await asyncio.start_server(echo, "127.0.0.1", port)
    try:
        print("serving on port", server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()
    finally:
        print("closing")


try:
    asyncio.run(main())
except KeyboardInterrupt:
    sys.exit(130)
