"""Awaiting what is already done does not give way; awaiting what is not does, by one iteration."""

import asyncio

from tracing import trace


async def main():
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    done.set_result("ready")
    loop.call_soon(trace, "callback")
    trace("awaited", await done)
    trace("again", await done)
    pending = loop.create_future()
    loop.call_soon(pending.set_result, "later")
    trace("awaits the pending one")
    trace("awaited", await pending)
