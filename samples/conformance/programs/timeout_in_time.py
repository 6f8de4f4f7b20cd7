"""A body that ends in time, with a value or a failure, is not touched; None means no limit."""

import asyncio

from tracing import Boom, trace


async def main():
    async with asyncio.timeout(0.020) as scope:
        await asyncio.sleep(0.010)
        trace("in time")
    trace("expired", scope.expired())
    try:
        async with asyncio.timeout(0.020) as scope:
            await asyncio.sleep(0.010)
            raise Boom("own failure")
    except Boom as error:
        trace(error, "expired", scope.expired())
    async with asyncio.timeout(None) as scope:
        trace("no limit", scope.when() is None)
        await asyncio.sleep(1000)
    trace("expired", scope.expired())
