"""A cancelled putter's item is not added; the slot it was woken for goes to the next one."""

import asyncio

from tracing import outcome, trace


async def putter(item, queue):
    try:
        await queue.put(item)
        trace("put", item)
    except asyncio.CancelledError:
        trace(item, "not put")
        raise


async def main():
    queue = asyncio.Queue(1)
    queue.put_nowait("x")
    a, b, c = (asyncio.create_task(putter(item, queue)) for item in "abc")
    await asyncio.sleep(0)
    b.cancel()
    trace("got", queue.get_nowait())
    a.cancel()
    await asyncio.wait([a, b, c])
    trace([outcome(task) for task in (a, b, c)], "got", queue.get_nowait())
