"""A gather among the children of another: values nest, a failure inside goes up through both."""

import asyncio

from tracing import Boom, trace


async def work(name, ms, fail=False):
    await asyncio.sleep(ms / 1000)
    trace(name, "ends")
    if fail:
        raise Boom(name)
    return name


async def main():
    inner = asyncio.gather(work("a", 20), work("b", 10))
    last = asyncio.create_task(work("c", 5))
    trace(await asyncio.gather(inner, last))

    inner = asyncio.gather(work("d", 20), work("e", 10, fail=True))
    last = asyncio.create_task(work("f", 30))
    try:
        await asyncio.gather(inner, last)
    except Boom as error:
        trace("both failed with", error, "inner done", inner.done(), "last done", last.done())
    await asyncio.sleep(0.030)
    trace("last done", last.done())
