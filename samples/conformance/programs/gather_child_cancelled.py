"""A child cancelled on its own fails the gather with CancelledError; its siblings go on."""

import asyncio

from tracing import outcome, trace


async def child(name, ms):
    await asyncio.sleep(ms / 1000)
    trace(name, "ends")
    return name


async def main():
    a = asyncio.create_task(child("a", 30))
    b = asyncio.create_task(child("b", 40))
    gathered = asyncio.gather(a, b)
    await asyncio.sleep(0.010)
    a.cancel("only a")
    try:
        await gathered
    except asyncio.CancelledError as error:
        trace("gave", error, "cancelling", asyncio.current_task().cancelling())
    trace("a", outcome(a), "b", outcome(b), "gather cancelled", gathered.cancelled())
    trace("b goes on:", await b)
