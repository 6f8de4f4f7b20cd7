"""An eager task that has given way is cancelled like any other; a cancel from inside its first step waits for its first wait."""

import asyncio

from tracing import outcome, trace

SINCE = (3, 12)


async def waits(name, event):
    try:
        await event.wait()
    except asyncio.CancelledError as error:
        trace(name, "gets", error)
        raise


async def cancels_itself():
    asyncio.current_task().cancel("by itself")
    trace("runs on")
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError as error:
        trace("then gets", error)
        raise


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    event = asyncio.Event()
    task = asyncio.create_task(waits("waiting", event))
    trace("cancel", task.cancel("enough"), outcome(task))
    own = asyncio.create_task(cancels_itself())
    trace("created", outcome(own))
    await asyncio.wait([task, own])
    trace(outcome(task), outcome(own))
