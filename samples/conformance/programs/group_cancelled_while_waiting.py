"""The same when the body has ended and the group waits for its tasks; a second cancel changes nothing."""

import asyncio

from tracing import outcome, trace


async def child(name, cleanup_ms):
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        trace(name, "cancelled")
        await asyncio.sleep(cleanup_ms / 1000)
        trace(name, "leaves")
        raise


async def parent():
    async with asyncio.TaskGroup() as group:
        group.create_task(child("a", 30))
        trace("body ends")


async def main():
    task = asyncio.create_task(parent())
    for _ in range(2):
        await asyncio.sleep(0.010)
        trace("cancel", task.cancel(), outcome(task))
    await asyncio.wait([task])
    trace(outcome(task))
