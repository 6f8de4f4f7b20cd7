"""Timers fire by deadline, not in the order they were set; a negative delay is simply due."""

import asyncio

from tracing import trace


async def main():
    loop = asyncio.get_running_loop()
    start = loop.time()
    loop.call_later(0.030, trace, "30")
    loop.call_later(0.010, trace, "10")
    loop.call_at(start + 0.020, trace, "20")
    loop.call_later(-1, trace, "one second ago")
    loop.call_later(-2, trace, "two seconds ago")
    loop.call_soon(trace, "soon")
    await asyncio.sleep(0.015)
    trace("main after 15")
    loop.call_later(0.001, trace, "16")
    await asyncio.sleep(0.020)
    trace("main after 35")
