"""The asynchronous form of as_completed gives back the very tasks it was given."""

import asyncio

from tracing import outcome, trace

SINCE = (3, 13)


async def work(ms):
    await asyncio.sleep(ms / 1000)
    return ms


async def main():
    tasks = [asyncio.create_task(work(ms)) for ms in (30, 10, 20)]
    iterator = asyncio.as_completed(tasks)
    async for task in iterator:
        trace("number", tasks.index(task), outcome(task))
        break
    trace("left and resumed")
    async for task in iterator:
        trace("number", tasks.index(task), outcome(task))
