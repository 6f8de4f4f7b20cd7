"""A failure in the group and a cancel from outside: the failure comes out, the cancel at the next wait after it."""

import asyncio

from tracing import Boom, outcome, trace

SINCE = (3, 13)


async def fails_when_cancelled():
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        raise Boom("while cancelled")


async def parent():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails_when_cancelled())
    except* Boom as errors:
        trace("group failed with", errors, "cancelling", asyncio.current_task().cancelling())
    try:
        await asyncio.sleep(1)
        trace("never")
    except asyncio.CancelledError:
        trace("cancelled after all, cancelling", asyncio.current_task().cancelling())
        raise


async def main():
    task = asyncio.create_task(parent())
    await asyncio.sleep(0.010)
    task.cancel()
    await asyncio.wait([task])
    trace(outcome(task), "cancelling", task.cancelling())
