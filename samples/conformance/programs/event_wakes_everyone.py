"""set() wakes all waiters, in the order they came; a set flag does not make anyone wait."""

import asyncio

from tracing import trace


async def waiter(name, event):
    trace(name, "waits")
    await event.wait()
    trace(name, "goes on")


async def main():
    event = asyncio.Event()
    tasks = [asyncio.create_task(waiter(name, event)) for name in "abc"]
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_soon(trace, "queued before set")
    event.set()
    event.set()
    trace("set", event.is_set())
    await asyncio.gather(*tasks)
    await event.wait()
    trace("no wait")
    event.clear()
    trace("set", event.is_set())
