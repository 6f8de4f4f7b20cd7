"""The timeout of as_completed counts from the call; after it, every further step is TimeoutError."""

import asyncio

from tracing import outcome, trace


async def work(ms):
    await asyncio.sleep(ms / 1000)
    return ms


async def main():
    tasks = [asyncio.create_task(work(ms)) for ms in (10, 30, 50)]
    try:
        for completed in asyncio.as_completed(tasks, timeout=0.040):
            trace("got", await completed)
    except TimeoutError as error:
        trace("gave up:", error)
    trace([outcome(task) for task in tasks])
    trace("the last one goes on:", await tasks[2])
