"""A shield around a gather keeps the caller's cancel from all of its children."""

import asyncio

from tracing import outcome, trace


async def child(name, ms):
    await asyncio.sleep(ms / 1000)
    trace(name, "ends")
    return name


async def main():
    gathered = asyncio.gather(child("a", 20), child("b", 30))
    shielded = asyncio.create_task(wait_for_it(gathered))
    await asyncio.sleep(0.010)
    shielded.cancel()
    await asyncio.wait([shielded])
    trace("caller", outcome(shielded), "gather", outcome(gathered))
    trace(await gathered)


async def wait_for_it(gathered):
    return await asyncio.shield(gathered)
