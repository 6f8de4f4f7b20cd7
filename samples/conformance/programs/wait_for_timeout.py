"""wait_for after its timeout: the body is interrupted, cleans up, and only then comes TimeoutError."""

import asyncio

from tracing import trace


async def slow(cleanup_ms):
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        trace("interrupted")
        await asyncio.sleep(cleanup_ms / 1000)
        trace("cleaned up")
        raise


async def main():
    try:
        await asyncio.wait_for(slow(30), 0.010)
    except TimeoutError as error:
        trace("gave", error, "cause", type(error.__cause__).__name__)
    trace("cancelling", asyncio.current_task().cancelling())
    await asyncio.sleep(0.010)
    trace("waits work")
