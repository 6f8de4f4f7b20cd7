"""A task that is cancelled on its own is no failure of the group."""

import asyncio

from tracing import outcome, trace


async def child(name, ms):
    await asyncio.sleep(ms / 1000)
    trace(name, "ends")
    return name


async def main():
    async with asyncio.TaskGroup() as group:
        a = group.create_task(child("a", 20))
        b = group.create_task(child("b", 30))
        await asyncio.sleep(0.010)
        trace("cancel", a.cancel())
    trace("group ends", outcome(a), outcome(b))
