"""A cancelled shield is cancelled for good; what it protected ends as if nothing had happened."""

import asyncio

from tracing import outcome, trace


async def inner():
    await asyncio.sleep(0.020)
    trace("inner ends")
    return "unheard"


async def main():
    task = asyncio.create_task(inner())
    first = asyncio.shield(task)
    second = asyncio.shield(task)
    await asyncio.sleep(0.010)
    trace("cancel the first shield", first.cancel())
    trace([outcome(f) for f in (first, second, task)])
    await asyncio.sleep(0.020)
    trace([outcome(f) for f in (first, second, task)])
