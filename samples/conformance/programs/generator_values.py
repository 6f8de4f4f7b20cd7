"""An asynchronous generator runs only while its consumer asks; nothing of it before the first step."""

import asyncio

from tracing import Boom, trace


async def numbers(n):
    trace("generator begins")
    for i in range(n):
        await asyncio.sleep(0.010)
        trace("yields", i)
        yield i
    trace("generator ends")


async def failing():
    yield "one"
    raise Boom("second step")


async def ticker():
    for _ in range(3):
        await asyncio.sleep(0.006)
        trace("tick")


async def main():
    ticking = asyncio.create_task(ticker())
    generator = numbers(3)
    trace("created")
    async for i in generator:
        trace("consumer got", i)
        await asyncio.sleep(0.001)
    await ticking
    try:
        async for value in failing():
            trace("got", value)
    except Boom as error:
        trace("caught", error)
