"""Long and short sleeps mix; a negative one only yields."""

import asyncio

from tracing import trace


async def tick(name, seconds, times):
    for n in range(times):
        await asyncio.sleep(seconds)
        trace(name, n)


async def main():
    hourly = asyncio.create_task(tick("hour", 3600, 2))
    often = asyncio.create_task(tick("1700 s", 1700, 4))
    await asyncio.sleep(-5)
    trace("a negative sleep took no time")
    await hourly
    trace("hourly done, the other:", often.done())
    await often
    trace("both done")
