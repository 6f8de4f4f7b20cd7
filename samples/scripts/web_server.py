"""A web server with an answer that comes piece by piece, and with server-sent events. With a port for an argument it serves until Ctrl-C;
without one it asks itself for everything it has."""

import asyncio
import logging
import sys

from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

logging.getLogger("tornado.access").disabled = True


class Hello(RequestHandler):
    def get(self):
        self.write("hello")


class Count(RequestHandler):
    async def get(self, to):
        for i in range(1, int(to) + 1):
            self.write(f"{i}\n")
            await self.flush()
            await asyncio.sleep(0.01)


class Ticks(RequestHandler):
    async def get(self):
        self.set_header("Content-Type", "text/event-stream")
        for i in range(1, 4):
            self.write(f"data: tick {i}\n\n")
            await self.flush()
            await asyncio.sleep(0.01)


class Upper(RequestHandler):
    def post(self):
        self.write(self.request.body.decode().upper())


async def ask(url):
    response = await AsyncHTTPClient().fetch(url, raise_error=False)
    text = response.body.decode() if response.code == 200 else response.reason
    print(response.code, text.strip().replace("\n", " "))


async def main():
    application = Application([("/", Hello), (r"/count/(\d+)", Count), ("/ticks", Ticks), ("/upper", Upper)])
    sockets = bind_sockets(int(sys.argv[1]) if len(sys.argv) > 1 else 0, "127.0.0.1")
    server = HTTPServer(application)
    server.add_sockets(sockets)
    site = "http://127.0.0.1:%d" % sockets[0].getsockname()[1]
    if len(sys.argv) > 1:
        print(site + "/")
        await asyncio.Event().wait()
    await ask(site + "/")
    await ask(site + "/count/5")
    await ask(site + "/ticks")
    await ask(site + "/nowhere")
    response = await AsyncHTTPClient().fetch(site + "/upper", method="POST", body="shout")
    print(response.code, response.body.decode())
    server.stop()


asyncio.run(main())
