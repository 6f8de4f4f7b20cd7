"""A failing task cancels its siblings and the body; the group then fails with that failure."""

import asyncio

from tracing import Boom, outcome, trace


async def fails(ms):
    await asyncio.sleep(ms / 1000)
    raise Boom("child")


async def patient():
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        trace("sibling cancelled")
        await asyncio.sleep(0.010)
        trace("sibling cleaned up")
        raise


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(10))
            sibling = group.create_task(patient())
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                trace("body cancelled, cancelling", asyncio.current_task().cancelling())
                raise
    except* Boom as errors:
        trace("group failed with", errors)
    trace("sibling", outcome(sibling), "cancelling", asyncio.current_task().cancelling())
    await asyncio.sleep(0.010)
    trace("waits work")
