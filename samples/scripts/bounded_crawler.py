"""Crawls a site of its own, with two workers at a time: a page is a line with the pages it links to."""

import asyncio

from tornado.queues import Queue
from tornado.tcpclient import TCPClient
from tornado.tcpserver import TCPServer

LINKS = {"index": "news about", "news": "index archive", "archive": "news old", "about": "index", "old": ""}


class Site(TCPServer):
    busy = 0
    busiest = 0

    async def handle_stream(self, stream, address):
        page = (await stream.read_until(b"\n")).decode().strip()
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        await asyncio.sleep(0.05)
        self.busy -= 1
        await stream.write((LINKS[page] + "\n").encode())
        stream.close()


async def fetch(port, page):
    stream = await TCPClient().connect("127.0.0.1", port)
    await stream.write((page + "\n").encode())
    links = (await stream.read_until(b"\n")).decode().split()
    stream.close()
    return links


async def main():
    site = Site()
    site.listen(0, "127.0.0.1")
    port = next(iter(site._sockets.values())).getsockname()[1]

    found = {"index"}
    queue = Queue()
    await queue.put("index")

    async def worker():
        while True:
            page = await queue.get()
            try:
                for link in await fetch(port, page):
                    if link not in found:
                        found.add(link)
                        await queue.put(link)
            finally:
                queue.task_done()

    workers = [asyncio.create_task(worker()) for _ in range(2)]
    await queue.join()
    for each in workers:
        each.cancel()
    site.stop()
    print("found:", " ".join(sorted(found)))
    print("at most at a time:", site.busiest)


asyncio.run(main())
