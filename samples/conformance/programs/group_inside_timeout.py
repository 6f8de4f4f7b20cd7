"""A timeout around a group: the group is cancelled and ends first, then the timeout reports."""

import asyncio

from tracing import trace


async def child(name, cleanup_ms):
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        await asyncio.sleep(cleanup_ms / 1000)
        trace(name, "cancelled, leaves")
        raise


async def main():
    try:
        async with asyncio.timeout(0.010):
            async with asyncio.TaskGroup() as group:
                group.create_task(child("a", 20))
                group.create_task(child("b", 10))
    except TimeoutError as error:
        trace("timed out:", error)
    trace("cancelling", asyncio.current_task().cancelling())
