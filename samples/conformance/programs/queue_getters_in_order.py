"""Waiting getters are served in the order they came, one item each."""

import asyncio

from tracing import trace


async def getter(name, queue):
    trace(name, "waits")
    trace(name, "got", await queue.get())


async def main():
    queue = asyncio.Queue()
    tasks = [asyncio.create_task(getter(name, queue)) for name in "abc"]
    await asyncio.sleep(0)
    queue.put_nowait(1)
    queue.put_nowait(2)
    trace("put two, size", queue.qsize())
    await asyncio.sleep(0)
    trace("size", queue.qsize())
    await queue.put(3)
    await asyncio.gather(*tasks)
