"""A cancel from outside is not a timeout, whether it comes before the deadline or while the body cleans up."""

import asyncio

from tracing import outcome, trace


async def body(cleanup_ms):
    try:
        async with asyncio.timeout(0.020) as scope:
            try:
                await asyncio.sleep(1)
            finally:
                trace("cleans up, cancelling", asyncio.current_task().cancelling())
                await asyncio.sleep(cleanup_ms / 1000)
    except TimeoutError:
        trace("never")
    except asyncio.CancelledError:
        trace("cancelled, expired", scope.expired())
        raise


async def main():
    for cancel_ms, cleanup_ms in [(10, 0), (30, 40)]:
        task = asyncio.create_task(body(cleanup_ms))
        await asyncio.sleep(cancel_ms / 1000)
        task.cancel()
        await asyncio.wait([task])
        trace("cancelled", cancel_ms, "ms into it:", outcome(task))
