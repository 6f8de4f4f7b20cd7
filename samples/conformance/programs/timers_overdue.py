"""Timers that came due while somebody computed run in deadline order, after what was ready before them."""

import asyncio

from tracing import busy, trace


async def main():
    loop = asyncio.get_running_loop()

    def compute():
        trace("computes")
        busy(50)
        loop.call_soon(trace, "scheduled after computing")
        trace("computed")

    loop.call_later(0.030, trace, "timer 30")
    loop.call_later(0.010, compute)
    loop.call_later(0.020, trace, "timer 20")
    await asyncio.sleep(0.040)
    trace("main")
