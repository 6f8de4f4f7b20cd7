"""A shield passes on the value, the failure and the cancellation of what it protects."""

import asyncio

from tracing import Boom, kind, outcome, trace


async def value():
    await asyncio.sleep(0.010)
    return "value"


async def failure():
    await asyncio.sleep(0.010)
    raise Boom("inner")


async def main():
    trace(await asyncio.shield(value()))
    try:
        await asyncio.shield(failure())
    except Boom as error:
        trace("failed", error)
    inner = asyncio.create_task(value())
    outer = asyncio.shield(inner)
    await asyncio.sleep(0)
    inner.cancel()
    try:
        await outer
    except asyncio.CancelledError as error:
        trace("cancelled", kind(error), outcome(inner), outer.cancelled())
    done = asyncio.get_running_loop().create_future()
    done.set_result("already")
    trace("a done future is its own shield", asyncio.shield(done) is done)
