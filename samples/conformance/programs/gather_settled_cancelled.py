"""Even the form that never fails because of a child fails when the gather itself is cancelled."""

import asyncio

from tracing import kind, outcome, trace


async def child(name, stubborn, cleanup_ms):
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError as error:
        trace(name, "gets", error)
        await asyncio.sleep(cleanup_ms / 1000)
        trace(name, "cleaned up")
        if not stubborn:
            raise
    return name


async def parent(children):
    trace("never", await asyncio.gather(*children, return_exceptions=True))


async def main():
    children = [asyncio.create_task(child("a", False, 10)), asyncio.create_task(child("b", True, 20))]
    task = asyncio.create_task(parent(children))
    await asyncio.sleep(0.010)
    task.cancel("all")
    try:
        await task
    except asyncio.CancelledError as error:
        trace("parent ended with", kind(error))
    trace(outcome(task), [outcome(c) for c in children])
