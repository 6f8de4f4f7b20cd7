"""A callback cancels a task that is queued to run: it is interrupted in the very step it was queued for."""

import asyncio

from tracing import outcome, trace


async def body():
    trace("begins")
    try:
        await asyncio.sleep(0)
        trace("never")
    except asyncio.CancelledError as error:
        trace("interrupted in the yield by", error)
        raise


async def main():
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(body())
    # Runs after the task's first step, when the task is in the queue for its second.
    loop.call_soon(lambda: trace("cancel", task.cancel("in the queue")))
    await asyncio.sleep(0)
    trace("main", outcome(task))
    await asyncio.sleep(0)
    trace("main", outcome(task))
