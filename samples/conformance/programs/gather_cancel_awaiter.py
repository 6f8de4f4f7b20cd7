"""Cancelling the task that awaits a gather cancels every child that is not done, with the message."""

import asyncio

from tracing import outcome, trace


async def child(name):
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError as error:
        trace(name, "gets", error)
        raise


async def quick():
    await asyncio.sleep(0.005)
    return "quick"


async def parent(children):
    try:
        await asyncio.gather(*children)
    except asyncio.CancelledError as error:
        trace("parent gets", error)
        raise


async def main():
    children = [asyncio.create_task(c) for c in (child("a"), quick(), child("b"))]
    task = asyncio.create_task(parent(children))
    await asyncio.sleep(0.010)
    trace("cancel", task.cancel("stop all"))
    trace("children", [outcome(c) for c in children])
    await asyncio.wait([task])
    trace("parent", outcome(task), "children", [outcome(c) for c in children])
