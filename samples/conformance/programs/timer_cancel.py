"""A cancelled handle never runs, and says so; cancelling after the fact harms nobody."""

import asyncio

from tracing import trace


async def main():
    loop = asyncio.get_running_loop()
    never = loop.call_later(0.010, trace, "never")
    late = loop.call_later(0.020, trace, "late")
    soon = loop.call_soon(trace, "never either")
    victim = loop.call_later(0.031, trace, "cancelled by a timer just before")
    loop.call_later(0.030, victim.cancel)
    never.cancel()
    soon.cancel()
    trace("cancelled", never.cancelled(), soon.cancelled(), late.cancelled())
    await asyncio.sleep(0.040)
    late.cancel()
    late.cancel()
    trace("cancelled afterwards; the victim", victim.cancelled())
