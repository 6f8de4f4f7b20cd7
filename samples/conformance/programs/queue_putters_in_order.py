"""Waiting putters get their slots in the order they came; their items arrive in that order."""

import asyncio

from tracing import trace


async def putter(item, queue):
    await queue.put(item)
    trace("put", item)


async def main():
    queue = asyncio.Queue(1)
    tasks = [asyncio.create_task(putter(item, queue)) for item in "abcd"]
    await asyncio.sleep(0.010)
    trace("full", queue.full(), [task.done() for task in tasks])
    for _ in tasks:
        trace("got", await queue.get())
        await asyncio.sleep(0.010)
    trace("empty", queue.empty(), [task.done() for task in tasks])
