"""uncancel() takes back one request at a time and never goes below zero."""

import asyncio

from tracing import outcome, trace


async def body():
    me = asyncio.current_task()
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        trace("cancelling", me.cancelling())
        trace("uncancel", me.uncancel(), me.uncancel(), me.uncancel())
    await asyncio.sleep(0.010)
    trace("uncancel with nothing to take back", me.uncancel())
    return "fine"


async def main():
    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel()
    task.cancel()
    trace(await task, task.cancelling(), outcome(task))
    trace("uncancel a finished task", task.uncancel(), outcome(task))
