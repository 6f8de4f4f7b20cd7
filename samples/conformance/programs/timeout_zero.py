"""A deadline already reached interrupts the first wait, not the code before it."""

import asyncio

from tracing import trace


async def main():
    for delay in (0, -1):
        try:
            async with asyncio.timeout(delay) as scope:
                trace("the body begins")
                await asyncio.sleep(1)
                trace("never")
        except TimeoutError:
            trace("expired", scope.expired())
        async with asyncio.timeout(delay) as scope:
            trace("a body without waits")
        trace("expired", scope.expired())
