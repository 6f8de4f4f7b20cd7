"""Cancelling one waiter of an event does not concern the others."""

import asyncio

from tracing import outcome, trace


async def waiter(name, event):
    try:
        await event.wait()
        trace(name, "goes on")
    except asyncio.CancelledError:
        trace(name, "gave up")
        raise


async def main():
    event = asyncio.Event()
    tasks = [asyncio.create_task(waiter(name, event)) for name in "abc"]
    await asyncio.sleep(0)
    tasks[1].cancel()
    event.set()
    tasks[2].cancel()
    await asyncio.wait(tasks)
    trace([outcome(task) for task in tasks])
