"""No item is lost with a cancelled getter, even one that had been woken for it."""

import asyncio

from tracing import outcome, trace


async def getter(name, queue):
    try:
        trace(name, "got", await queue.get())
    except asyncio.CancelledError:
        trace(name, "gave up, size", queue.qsize())
        raise


async def main():
    queue = asyncio.Queue()
    a, b, c = (asyncio.create_task(getter(name, queue)) for name in "abc")
    await asyncio.sleep(0)
    a.cancel()
    queue.put_nowait("first")
    b.cancel()
    await asyncio.wait([a, b, c])
    trace([outcome(task) for task in (a, b, c)], "size", queue.qsize())
