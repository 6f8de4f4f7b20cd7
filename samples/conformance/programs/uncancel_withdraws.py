"""uncancel() down to zero takes back a cancel that was not delivered yet; one of two does not."""

import asyncio

from tracing import outcome, trace

SINCE = (3, 13)


async def changes_its_mind(cancels):
    me = asyncio.current_task()
    for _ in range(cancels):
        me.cancel()
    trace("uncancel", me.uncancel())
    try:
        await asyncio.sleep(0.010)
        trace("was not interrupted")
    except asyncio.CancelledError:
        trace("was interrupted, cancelling", me.cancelling())
        raise


async def main():
    for cancels in (1, 2):
        task = asyncio.create_task(changes_its_mind(cancels))
        await asyncio.wait([task])
        trace(outcome(task), "cancelling", task.cancelling())
