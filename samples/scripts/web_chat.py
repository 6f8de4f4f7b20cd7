"""One chat room for two kinds of people: those with a terminal (nc 127.0.0.1 8000) and those with a browser (http://127.0.0.1:8080/). The first
line, or message, is one's name. Ports 8000 and 8080, or those given; 0 picks a free one. Ctrl-C ends it.

With Tornado, which has no bound on what waits for a slow browser."""

import asyncio
import re
import sys

from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.httpserver import HTTPServer
from tornado.tcpserver import TCPServer
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

browsers = set()
terminals = set()


def one_line(text):
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text.strip())


def say_to_all(line):
    for browser in list(browsers):
        try:
            browser.write_message(line)
        except WebSocketClosedError:
            browsers.discard(browser)
    for terminal in list(terminals):
        try:
            terminal.write((line + "\n").encode())
        except StreamClosedError:
            terminals.discard(terminal)


class Browser(WebSocketHandler):
    name = None

    def on_message(self, message):
        text = one_line(message) if isinstance(message, str) else "(bytes)"
        if self.name is None:
            self.name = text
            browsers.add(self)
            say_to_all(f"* {self.name} has come")
        else:
            say_to_all(f"<{self.name}> {text}")

    def on_close(self):
        browsers.discard(self)
        if self.name is not None:
            say_to_all(f"* {self.name} has left")


class Terminals(TCPServer):
    async def handle_stream(self, stream, address):
        name = None
        try:
            while True:
                text = one_line((await stream.read_until(b"\n", max_bytes=65536)).decode(errors="replace"))
                if name is None:
                    name = text
                    terminals.add(stream)
                    say_to_all(f"* {name} has come")
                else:
                    say_to_all(f"<{name}> {text}")
        except StreamClosedError:
            pass
        finally:
            terminals.discard(stream)
            if name is not None:
                say_to_all(f"* {name} has left")


class Page(RequestHandler):
    def get(self):
        self.write(PAGE)


PAGE = """<!DOCTYPE html>
<meta charset="utf-8">
<title>Tornado chat</title>
<pre id="room"></pre>
<form><input id="line" autocomplete="off" autofocus placeholder="your name"> <button>say</button></form>
<script>
    const room = document.getElementById("room"), line = document.getElementById("line");
    const socket = new WebSocket(location.origin.replace("http", "ws") + "/chat");
    const show = text => room.append(text + "\\n");
    socket.onmessage = event => show(event.data);
    socket.onclose = event => show("* closed: " + event.code + " " + event.reason);
    document.forms[0].onsubmit = event => {
        event.preventDefault();
        socket.send(line.value);
        line.value = line.placeholder = "";
    };
</script>
"""


async def main():
    lines_port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    page_port = int(sys.argv[2]) if len(sys.argv) > 2 else 8080
    lines = bind_sockets(lines_port, "127.0.0.1")
    pages = bind_sockets(page_port, "127.0.0.1")
    terminal_server = Terminals()
    terminal_server.add_sockets(lines)
    application = Application([("/", Page), ("/chat", Browser)], websocket_max_message_size=4096)
    HTTPServer(application).add_sockets(pages)
    print("lines on port", lines[0].getsockname()[1], flush=True)
    print(f"page at http://127.0.0.1:{pages[0].getsockname()[1]}/", flush=True)
    await asyncio.Event().wait()


try:
    asyncio.run(main())
except KeyboardInterrupt:
    sys.exit(130)
