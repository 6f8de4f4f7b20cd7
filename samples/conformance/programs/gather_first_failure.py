"""The first failure ends the gather with that very object; the other children go on."""

import asyncio

from tracing import Boom, outcome, trace


async def good(name, ms):
    await asyncio.sleep(ms / 1000)
    trace(name, "ends")
    return name


async def bad(ms, error):
    await asyncio.sleep(ms / 1000)
    trace("raises", error)
    raise error


async def main():
    first = Boom("b")
    children = [
        asyncio.create_task(good("a", 30)),
        asyncio.create_task(bad(10, first)),
        asyncio.create_task(bad(20, Boom("c"))),
    ]
    try:
        await asyncio.gather(*children)
    except Boom as error:
        trace("gather gave", error, "the same object", error is first)
    trace([outcome(child) for child in children[:2]])
    await asyncio.sleep(0.030)
    trace([outcome(child) for child in children])
