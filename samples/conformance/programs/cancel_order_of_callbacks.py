"""Who hears of a cancellation when: the body first, then the done callbacks, then the awaiters, in order."""

import asyncio

from tracing import outcome, trace


async def victim():
    try:
        await asyncio.sleep(1)
    finally:
        trace("victim leaves")


async def awaiter(task):
    try:
        await task
    except asyncio.CancelledError:
        trace("awaiter hears of it")


async def main():
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(victim())
    task.add_done_callback(lambda t: trace("callback 1", outcome(t)))
    other = asyncio.create_task(awaiter(task))
    await asyncio.sleep(0.010)
    task.add_done_callback(lambda t: trace("callback 2", outcome(t)))
    loop.call_soon(trace, "queued before the cancel")
    task.cancel()
    loop.call_soon(trace, "queued after the cancel")
    await other
    trace("end")
