"""A waiter woken by set() goes on although clear() came right after; a late one waits for the next set()."""

import asyncio

from tracing import trace


async def waiter(name, event):
    await event.wait()
    trace(name, "goes on, set", event.is_set())


async def main():
    event = asyncio.Event()
    early = asyncio.create_task(waiter("early", event))
    await asyncio.sleep(0)
    late = asyncio.create_task(waiter("late", event))
    event.set()
    event.clear()
    await asyncio.sleep(0.010)
    trace("early", early.done(), "late", late.done())
    event.set()
    await late
