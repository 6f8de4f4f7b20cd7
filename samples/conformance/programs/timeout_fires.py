"""timeout: the body sees CancelledError, outside it is TimeoutError, and nothing remains of either."""

import asyncio

from tracing import trace


async def main():
    task = asyncio.current_task()
    try:
        async with asyncio.timeout(0.010) as scope:
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                trace("inside: cancelled, cancelling", task.cancelling(), "expired", scope.expired())
                raise
    except TimeoutError as error:
        trace("outside:", error, "cause", type(error.__cause__).__name__)
    trace("cancelling", task.cancelling(), "expired", scope.expired())
    await asyncio.sleep(0.010)
    trace("waits work")
