"""A deadline may be moved while the scope is active: later, earlier, away, into the past."""

import asyncio

from tracing import trace


async def main():
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(0.010) as scope:
        scope.reschedule(loop.time() + 0.030)
        await asyncio.sleep(0.020)
        trace("moved later")
    trace("expired", scope.expired())

    try:
        async with asyncio.timeout(10) as scope:
            scope.reschedule(loop.time() + 0.010)
            await asyncio.sleep(1)
    except TimeoutError:
        trace("moved earlier, expired", scope.expired())

    async with asyncio.timeout(0.010) as scope:
        scope.reschedule(None)
        await asyncio.sleep(0.020)
        trace("switched off")

    try:
        async with asyncio.timeout(None) as scope:
            scope.reschedule(loop.time() - 1)
            await asyncio.sleep(1)
    except TimeoutError:
        trace("moved into the past, expired", scope.expired())
    try:
        scope.reschedule(loop.time() + 1)
    except RuntimeError as error:
        trace("too late to move it:", error)
