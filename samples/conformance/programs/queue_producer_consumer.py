"""A bounded queue makes the producer wait for the consumer."""

import asyncio

from tracing import trace


async def producer(queue):
    for item in range(5):
        await queue.put(item)
        trace("put", item, "size", queue.qsize())
    await queue.put(None)


async def consumer(queue):
    while (item := await queue.get()) is not None:
        trace("got", item, "size", queue.qsize())
        await asyncio.sleep(0.010)
    trace("no more")


async def main():
    queue = asyncio.Queue(maxsize=2)
    await asyncio.gather(producer(queue), consumer(queue))
    trace("empty", queue.empty(), "full", queue.full())
