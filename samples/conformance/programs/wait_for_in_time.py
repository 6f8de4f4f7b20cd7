"""wait_for with time to spare: the value, or the very failure, of what it waits for."""

import asyncio

from tracing import Boom, trace


async def work(ms, error=None):
    await asyncio.sleep(ms / 1000)
    if error:
        raise error
    return ms


async def main():
    trace("value", await asyncio.wait_for(work(10), 1))
    trace("no limit", await asyncio.wait_for(work(2000), None))
    error = Boom("inside")
    try:
        await asyncio.wait_for(work(10, error), 1)
    except Boom as caught:
        trace("failure", caught, "the same object", caught is error)
    await asyncio.sleep(2)
    trace("no timer was left to fire")
