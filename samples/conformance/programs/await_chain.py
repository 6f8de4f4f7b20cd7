"""A value travels up a chain of tasks one iteration a link."""

import asyncio

from tracing import trace


async def link(depth, bottom):
    if depth == 0:
        value = await bottom
    else:
        value = await asyncio.create_task(link(depth - 1, bottom))
    trace("link", depth, "has", value)
    return value + 1


async def counter():
    for n in range(8):
        trace("iteration", n)
        await asyncio.sleep(0)


async def main():
    bottom = asyncio.get_running_loop().create_future()
    top = asyncio.create_task(link(3, bottom))
    await asyncio.sleep(0.010)
    ticks = asyncio.create_task(counter())
    bottom.set_result(0)
    trace("top has", await top)
    await ticks
