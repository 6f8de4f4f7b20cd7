"""Several cancels before the task runs again: one CancelledError, yet each is counted."""

import asyncio

from tracing import trace


async def body(name, ms):
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        trace(name, "interrupted, cancelling", asyncio.current_task().cancelling())
    await asyncio.sleep(ms / 1000)
    trace(name, "was not interrupted again")


async def main():
    twice = asyncio.create_task(body("twice", 10))
    once = asyncio.create_task(body("once", 20))
    await asyncio.sleep(0)
    trace("cancel", twice.cancel(), twice.cancel())
    trace("cancel", once.cancel())
    await asyncio.sleep(0)
    trace("delivered")
    await twice
    await once
    trace("counts", twice.cancelling(), once.cancelling())
