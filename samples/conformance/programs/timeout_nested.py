"""Nested timeouts: only the scope that fired turns the cancel into TimeoutError."""

import asyncio

from tracing import trace


async def nested(outer_ms, inner_ms):
    trace("outer", outer_ms, "inner", inner_ms)
    try:
        async with asyncio.timeout(outer_ms / 1000) as outer:
            try:
                async with asyncio.timeout(inner_ms / 1000) as inner:
                    try:
                        await asyncio.sleep(1)
                    except asyncio.CancelledError:
                        trace("body cancelled")
                        raise
            except TimeoutError:
                trace("inner timed out")
                await asyncio.sleep(0.001)
            except asyncio.CancelledError:
                trace("inner passed it on")
                raise
    except TimeoutError:
        trace("outer timed out")
    trace("expired: outer", outer.expired(), "inner", inner.expired())


async def main():
    await nested(20, 10)
    await nested(10, 20)
    trace("cancelling", asyncio.current_task().cancelling())
