"""The same future twice is waited for once, its value in both places."""

import asyncio

from tracing import trace


async def work(name, ms):
    trace(name, "runs once")
    await asyncio.sleep(ms / 1000)
    return name


async def main():
    a = asyncio.create_task(work("a", 20))
    b = asyncio.create_task(work("b", 10))
    trace(await asyncio.gather(a, b, a, a))
    trace("done ones again", await asyncio.gather(a, b, a))
    trace("nothing at all", await asyncio.gather())
