"""A failure raised while the timeout interrupts the body comes out as it is."""

import asyncio

from tracing import Boom, trace


async def main():
    try:
        async with asyncio.timeout(0.010) as scope:
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                raise Boom("instead")
    except Boom as error:
        trace("caught", error, "expired", scope.expired())
    await asyncio.sleep(0.010)
    trace("waits work")
