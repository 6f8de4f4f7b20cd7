"""Closing a generator half-way runs its finally blocks, which may wait; a second close does nothing."""

import asyncio
from contextlib import aclosing

from tracing import trace


async def numbers():
    try:
        for i in range(10):
            yield i
    finally:
        trace("cleans up")
        await asyncio.sleep(0.010)
        trace("clean")


async def main():
    async with aclosing(numbers()) as generator:
        async for i in generator:
            trace("got", i)
            if i == 1:
                break
        trace("left the loop")
    trace("left the scope")
    await generator.aclose()
    never_started = numbers()
    await never_started.aclose()
    trace("closed one that never began")
