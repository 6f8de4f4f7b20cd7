"""A body that swallows the interruption ends normally; the scope still knows that it fired."""

import asyncio

from tracing import trace


async def main():
    async with asyncio.timeout(0.010) as scope:
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            trace("swallowed")
    trace("expired", scope.expired())
    await asyncio.sleep(0.010)
    trace("waits work")
