"""Tasks may be added by tasks, also after the body has ended; the group waits for them too."""

import asyncio

from tracing import trace


async def grow(group, depth):
    trace("depth", depth, "starts")
    await asyncio.sleep(0.010)
    if depth < 3:
        group.create_task(grow(group, depth + 1))
    trace("depth", depth, "ends")


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(grow(group, 0))
        trace("body ends")
    trace("group ends")
