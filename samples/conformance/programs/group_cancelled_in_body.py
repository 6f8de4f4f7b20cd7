"""A cancel from outside while the body runs: body and tasks are cancelled, CancelledError comes out."""

import asyncio

from tracing import outcome, trace


async def child(name, cleanup_ms):
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        await asyncio.sleep(cleanup_ms / 1000)
        trace(name, "cancelled, leaves")
        raise


async def parent():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child("a", 20))
            group.create_task(child("b", 10))
            try:
                await asyncio.sleep(1)
            finally:
                trace("body leaves")
    except asyncio.CancelledError:
        trace("group gave CancelledError, cancelling", asyncio.current_task().cancelling())
        raise


async def main():
    task = asyncio.create_task(parent())
    await asyncio.sleep(0.010)
    task.cancel()
    await asyncio.wait([task])
    trace(outcome(task))
