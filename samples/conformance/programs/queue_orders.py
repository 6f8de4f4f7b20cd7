"""The other queues: smallest first, newest first; who waits is served in order all the same."""

import asyncio

from tracing import trace


async def getter(name, queue):
    trace(name, "got", await queue.get())


async def main():
    for queue in (asyncio.Queue(), asyncio.PriorityQueue(), asyncio.LifoQueue()):
        for item in (3, 1, 2):
            queue.put_nowait(item)
        trace([await queue.get() for _ in range(3)])
        tasks = [asyncio.create_task(getter(name, queue)) for name in "ab"]
        await asyncio.sleep(0)
        for item in (6, 5, 4):
            queue.put_nowait(item)
        await asyncio.gather(*tasks)
        trace("left", queue.get_nowait())
