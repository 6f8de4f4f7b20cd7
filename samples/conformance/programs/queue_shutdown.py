"""shutdown(): nothing goes in any more, what is in comes out, then getters are turned away."""

import asyncio

from tracing import outcome, trace

SINCE = (3, 13)


async def getter(name, queue):
    try:
        trace(name, "got", await queue.get())
    except asyncio.QueueShutDown as error:
        trace(name, error)


async def putter(item, queue):
    try:
        await queue.put(item)
        trace("put", item)
    except asyncio.QueueShutDown as error:
        trace(item, error)


async def main():
    queue = asyncio.Queue(1)
    waiting = [asyncio.create_task(getter(name, queue)) for name in "ab"]
    await asyncio.sleep(0)
    await queue.put("first")
    await asyncio.sleep(0)
    queue.shutdown()
    await asyncio.wait(waiting)

    queue = asyncio.Queue(1)
    queue.put_nowait("x")
    waiting = [asyncio.create_task(putter(item, queue)) for item in "yz"]
    await asyncio.sleep(0)
    queue.shutdown()
    await asyncio.wait(waiting)
    await putter("late", queue)
    await getter("c", queue)
    await getter("d", queue)
    trace("size", queue.qsize(), [outcome(task) for task in waiting])
