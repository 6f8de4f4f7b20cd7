"""Callbacks run in the order they were scheduled; what they schedule waits for the next iteration."""

import asyncio

from tracing import trace


async def main():
    loop = asyncio.get_running_loop()

    def first():
        trace("first")
        loop.call_soon(trace, "from first")

    def second():
        trace("second")
        loop.call_soon(trace, "from second")

    loop.call_soon(first)
    loop.call_soon(second)
    loop.call_soon(trace, "third")
    trace("main gives way")
    await asyncio.sleep(0)
    trace("main, one iteration later")
    await asyncio.sleep(0)
    trace("main, two iterations later")
