"""The forms that never wait say so when they would have to."""

import asyncio

from tracing import trace


async def main():
    queue = asyncio.Queue(2)
    try:
        queue.get_nowait()
    except asyncio.QueueEmpty as error:
        trace("get", error)
    queue.put_nowait("a")
    queue.put_nowait(None)
    try:
        queue.put_nowait("c")
    except asyncio.QueueFull as error:
        trace("put", error)
    trace("size", queue.qsize(), "full", queue.full(), "maxsize", queue.maxsize)
    trace([queue.get_nowait(), queue.get_nowait()], "empty", queue.empty())
